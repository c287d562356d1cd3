const isGzip = ([first, second]) => first === 0x1f && second === 0x8b; // RFC 1952, section 2.3.1

/** What is in the gzip file at an address, as an answer whose body is that; fails where it cannot be had. */
export async function unpacked(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`no ${address}: ${answer.status}`);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  // Some hosts say of such a file that it is a text on its way in fewer bytes: then the browser has unpacked it.
  if (!isGzip(bytes)) return new Response(bytes);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")));
}
