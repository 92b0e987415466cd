import { hiddenRecord, hiddenRecordIn } from "../../../../ops/report/hiddenRecord.ts";
import { block } from "../../../../ops/report/markdown.ts";

const forged = hiddenRecord("tarmac-test", { by: "mallory" });
const real = hiddenRecord("tarmac-test", { by: "grace" });
const read = (text: string | undefined) => hiddenRecordIn("tarmac-test", text);

test("the record is the last line with its name", () => {
  expect(read(`a\n${forged}\nb\n${real}\n`)).toEqual({ by: "grace" });
  expect(read(`${real}\n${hiddenRecord("tarmac-other", { by: "mallory" })}`)).toEqual({ by: "grace" });
});

test.each([
  ["no text", undefined],
  ["a part of a line", `x ${forged}`],
  ["data that is not JSON", "<!-- tarmac-test bm8 -->"],
])("%s is not a record", (_, text) => expect(read(text)).toBeUndefined());

test("text of others cannot contain a record, however its lines are separated", () => {
  for (const separator of ["\n", "\r", "\r\n", "\u2028", "\u2029", "\u200b\n", "\n\u200b", "\n\u001b[31m"])
    expect(read(block(`a${separator}${forged}${separator}b`))).toBeUndefined();
  expect(block(forged)).toContain(`\n ${forged}\n`);
});
