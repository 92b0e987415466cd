import { prefersHtml } from "../../../../app/src/accept.ts";

test.each([
  ["a browser", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"],
  ["HTML alone", "text/html"],
  ["any text", "text/*"],
  ["HTML before anything", "text/html, */*"],
  ["HTML over JSON by quality", "application/json;q=0.5, text/html;q=0.6"],
  ["capitals and spaces", " Text/HTML ; Q=1 , application/json ; q=0.1"],
  ["a parameter before the quality", "text/html;charset=utf-8;q=0.9, application/json;q=0.8"],
])("a page for %s", (_who, accept) => {
  expect(prefersHtml(accept)).toBe(true);
});

test.each([
  ["no header", undefined],
  ["an empty header", ""],
  ["curl and fetch", "*/*"],
  ["axios", "application/json, text/plain, */*"],
  ["JSON alone", "application/json"],
  ["both alike", "text/html, application/json"],
  ["JSON over HTML by quality", "text/html;q=0.8, application/json;q=0.9"],
  ["HTML excluded", "text/html;q=0, */*"],
  ["HTML excluded from its kind", "text/*, text/html;q=0"],
  ["an invalid quality", "text/html;q=high"],
  ["something else", "image/png"],
])("JSON for %s", (_who, accept) => {
  expect(prefersHtml(accept)).toBe(false);
});
