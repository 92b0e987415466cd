import { expand } from "../../../../local/host/reservedPorts.ts";

it.each([
  ["\n", []],
  ["8080\n", ["8080"]],
  ["1000-1003,2000\n", ["1000", "1001", "1002", "1003", "2000"]],
])("reads the kernel's list %j", (list, ports) => {
  expect(expand(list)).toEqual(ports);
});
