// Says every error and warning that the AsyncAPI parser finds in a document, one JSON object a line.
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";

const { diagnostics } = await new Parser().parse(readFileSync(process.argv[2], "utf8"));
for (const { code, severity, message, path } of diagnostics) {
  console.log(JSON.stringify({ code, severity, message, path: path.join("/") }));
}
