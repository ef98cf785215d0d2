// Reads a JUnit file with two programs of others and prints what each saw: [{reader, suites, tests, failures, errors, skipped, texts}].
const fs = require("fs");
const { parse } = require("test-results-parser");

async function main(file) {
  const { parse: junit2json } = await import("junit2json");
  const seen = [];

  const doc = await junit2json(fs.readFileSync(file, "utf8"));
  const cases = doc.testsuite.flatMap((s) => s.testcase ?? []);
  seen.push({
    reader: "junit2json",
    suites: doc.testsuite.map((s) => s.name),
    tests: cases.length,
    failures: cases.filter((c) => c.failure).length,
    errors: cases.filter((c) => c.error).length,
    skipped: cases.filter((c) => c.skipped !== undefined).length,
    texts: cases.flatMap((c) => [...(c.failure ?? []), ...(c.error ?? [])].map((f) => f.inner ?? "")),
  });

  const result = parse({ type: "junit", files: [file] });
  const all = result.suites.flatMap((s) => s.cases);
  seen.push({
    reader: "test-results-parser",
    suites: result.suites.map((s) => s.name),
    tests: all.length,
    failures: all.filter((c) => c.status === "FAIL" && c.failure).length,
    errors: result.errors,
    skipped: all.filter((c) => c.status === "SKIP").length,
    texts: all.map((c) => c.failure).filter(Boolean),
  });
  console.log(JSON.stringify(seen));
}
main(process.argv[2]);
