/* The words that a text is found by: as site_config/search/words.py makes them, and a test compares the two. */

const LETTERS = { ø: "o", ł: "l", đ: "d", ð: "d", ħ: "h", ı: "i", ß: "ss", æ: "ae", œ: "oe", þ: "th" };
const CJK = "\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff";
const ONE_CJK = new RegExp(`[${CJK}]`);
const WORD = new RegExp(`[${CJK}]|(?:(?![${CJK}])[\\p{L}\\p{N}])+`, "gu");
const MOST_PARTS = 4;

/** A text in lower case and plain letters. */
export const fold = (text) =>
  text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{M}/gu, "")
    .replace(/[øłđðħıßæœþ]/g, (letter) => LETTERS[letter]);

/** For each piece of a text without spaces its words and its compound, "object-centric" as "objectcentric". */
export function runs(text) {
  return fold(text)
    .split(/\s+/)
    .map((piece) => {
      const words = piece.match(WORD) ?? [];
      const compound = words.length > 1 && words.length <= MOST_PARTS && !ONE_CJK.test(piece) ? words.join("") : "";
      return { words, compound };
    })
    .filter(({ words }) => words.length);
}

export const isCjk = (word) => ONE_CJK.test(word);
