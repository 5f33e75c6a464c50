// What a person reads before she signs: parts of a text only where the text is nothing but these.
import assert from "node:assert/strict";
import { test } from "node:test";
import { build } from "esbuild";

const made = await build({
  entryPoints: [new URL("../src/spelt.ts", import.meta.url).pathname],
  bundle: true,
  format: "esm",
  write: false,
  target: "chrome87",
});
const source = `data:text/javascript;base64,${Buffer.from(made.outputFiles[0].contents).toString("base64")}`;
const { rowsOf, fieldsOf } = await import(source);

test("a table is read row by row, a form field by field", () => {
  assert.deepEqual(rowsOf('[["月","收入"],["一","3500"]]'), [["月", "收入"], ["一", "3500"]]);
  assert.deepEqual(fieldsOf('{"count":3,"place":"清水","urgent":true}'), [["count", 3], ["place", "清水"], ["urgent", true]]);
});

const odd = [
  "null", "3", '"text"', "[]", "{", "", '[["a"],null]', '[["a"],"b"]', '[["a",{"b":"c"}]]', '[["a",["b"]]]', '[["a",null]]',
  '[["a"],["b","c"]]', '[["a\\nb"]]', '[["a"] ]', '{"a":{"b":1}}', '{"a":[1]}', '{"a":1,"a":2}', '{"b":1,"a":2}',
];
for (const text of odd) {
  test(`of any other shape it is shown as it is: ${text}`, () => {
    assert.equal(rowsOf(text), undefined);
    assert.equal(fieldsOf(text), undefined);
  });
}
