import { retiredSizeProblem, retiringSizeWarning } from "../../../validate/retiredSizes.ts";

const now = new Date("2026-11-28T08:00:00Z");

describe("a retired size", () => {
  test.each([
    ["Standard_NC6s_v3", "NCv3", "2025-09-30", "Standard_NC8ads_A10_v4"],
    ["Standard_NC24rs_v3", "NCv3", "2025-09-30", "Standard_NC8ads_A10_v4"],
    ["Standard_A4", "A (first generation)", "2024-08-31", "Standard_D2s_v5"],
    ["Standard_NV4as_v4", "NVv4", "2026-09-30", "Standard_NV6ads_A10_v5"],
  ])("%s is refused", (size, series, day, instead) => {
    expect(retiredSizeProblem(size, now)).toBe(
      `"${size}" is of the series ${series}, which Azure retired on ${day}: use a current size, e.g. "${instead}"`,
    );
    expect(retiringSizeWarning(size, now)).toBeUndefined();
  });

  test("is refused from its retirement day on", () => {
    expect(retiredSizeProblem("Standard_NV4as_v4", new Date("2026-09-29T23:59:59Z"))).toBeUndefined();
    expect(retiredSizeProblem("Standard_D2_v2", new Date("2028-05-01T00:00:00Z"))).toContain("retired on 2028-05-01");
  });
});

test.each(["Standard_D2", "Standard_DS14"])("%s, of the first D series, is refused before its end", (size) => {
  expect(retiredSizeProblem(size, now)).toBe(
    `"${size}" is of the series D and DS (first generation), which Azure restricts in new subscriptions and retires on 2028-05-01: use a current size, e.g. "Standard_D2s_v5"`,
  );
});

test.each(["Standard_DS2_v2", "Standard_F4s_v2", "Standard_B2ms", "Standard_G5", "Standard_A2_v2", "Standard_L8s_v2"])(
  "%s, whose series ends later, is accepted with a warning",
  (size) => {
    expect(retiredSizeProblem(size, now)).toBeUndefined();
    expect(retiringSizeWarning(size, now)).toMatch(
      /which Azure retires on 2028-\d\d-\d\d and restricts in new subscriptions/,
    );
  },
);

test.each(["Standard_D4s_v5", "Standard_NC24ads_A100_v4", "Standard_DC2as_v5", "Standard_E8-2s_v5", "large"])(
  "%s causes no message",
  (size) => {
    expect(retiredSizeProblem(size, now)).toBeUndefined();
    expect(retiringSizeWarning(size, now)).toBeUndefined();
  },
);
