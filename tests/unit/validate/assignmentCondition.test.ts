import { onlyTheseRoles } from "../../../bootstrap/roleConditions.ts";
import { parseCondition } from "../../../validate/assignmentCondition.ts";

const attribute = "Microsoft.Authorization/roleAssignments:RoleDefinitionId";
const [acrPull, owner] = ["7f951dda-4ed3-4680-a7ca-43fe172d538d", "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"];

describe("onlyTheseRoles", () => {
  const decide = parseCondition(onlyTheseRoles([acrPull, "b93aa761-3e63-49ed-ac28-beffa264f7ac"]));
  const [write, remove] = ["write", "delete"].map((verb) => `Microsoft.Authorization/roleAssignments/${verb}`) as [
    string,
    string,
  ];

  it("allows assigning and removing them, whatever the case of an id", () => {
    expect(decide(write, { request: { [attribute]: acrPull.toUpperCase() } })).toBe(true);
    expect(decide(remove, { resource: { [attribute]: acrPull } })).toBe(true);
  });

  it("forbids all others, and judges the new assignment instead of the existing one", () => {
    expect(decide(write, { request: { [attribute]: owner } })).toBe(false);
    expect(decide(write, { request: { [attribute]: owner }, resource: { [attribute]: acrPull } })).toBe(false);
    expect(decide(remove, { resource: { [attribute]: owner } })).toBe(false);
    expect(decide(write, {})).toBe(false);
  });

  it("does not restrict other actions", () => {
    expect(decide("Microsoft.Authorization/roleAssignments/read", {})).toBe(true);
  });
});

describe("the condition language", () => {
  const facts = { request: { a: "One", b: "2" } };
  it.each([
    ["@Request[a] StringEquals 'One'", true],
    ["@Request[a] StringEquals 'one'", false],
    ["@Request[a] StringEqualsIgnoreCase 'one' AND @Request[b] StringEquals '3'", false],
    // AND binds more tightly than OR.
    ["@Request[b] StringEquals '2' OR @Request[b] StringEquals '3' && @Request[a] StringEquals 'x'", true],
    ["!(@Request[a] StringLike 'O?e')", false],
    ["NOT @Resource[a] StringEquals 'One'", true],
    ["@Request[a] StringLike '.*'", false],
    ["ActionMatches{'x/*'}", true],
    ["ActionMatches{'X/Y'}", false],
  ])("%s", (text, expected) => {
    expect(parseCondition(text)("x/y", facts)).toBe(expected);
  });

  it.each([
    ["", "expected ActionMatches, @Request[...] or @Resource[...] at character 1"],
    ["@Request[a] StringEquals", "expected more at character 25"],
    ["true", "expected ActionMatches, @Request[...] or @Resource[...] at character 1"],
    ["(@Request[a] StringEquals 'x'", 'expected ")" at character 30'],
    ["@Request[a] NumericEquals '1'", "ForAnyOfAnyValues:GuidEquals, GuidEquals"],
    ["@Request[a] StringEquals 'x' 'y'", "expected AND, OR or the end at"],
    ["@Request[a] StringEquals {'x' 'y'}", 'expected "}" at'],
    ["@Request[a] ~ 'x'", "character 12 cannot be parsed"],
  ])("refuses %j", (text, said) => {
    expect(() => parseCondition(text)).toThrow(said);
  });
});
