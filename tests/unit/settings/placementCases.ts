/** Values of the settings of where the pods run: which are taken, which are refused, and what is then said. */
import { list, type SettingCases } from "./settingCases.ts";

const taint =
  'is not a taint: use KEY=VALUE:EFFECT or KEY:EFFECT with NoSchedule, PreferNoSchedule, or NoExecute, e.g. "kubernetes.azure.com/scalesetpriority=spot:NoSchedule"';

export const placementCases: SettingCases = {
  accepted: [
    ["zoneSpread", "required", "required"],
    ["nodeSelector", '{"kubernetes.azure.com/agentpool":"apps"}', { "kubernetes.azure.com/agentpool": "apps" }],
    ["tolerations", '["gpu:NoSchedule","a/b=c:NoExecute"]', ["gpu:NoSchedule", "a/b=c:NoExecute"]],
    ["priorityClass", "high", "high"],
  ],
  refused: [
    ["zoneSpread", "strict", '"strict" is not one of "preferred", "required"'],
    ["nodeSelector", '{"pool":1}', 'the value of "pool" is not a string: put it in quotes'],
    [
      "nodeSelector",
      '{"pool/":"a"}',
      '"pool/" is not a label key: use letters, digits, "-", "_", and ".", optionally after "DOMAIN/", e.g. "example.com/team"',
    ],
    [
      "nodeSelector",
      '{"pool":"a b"}',
      '"a b" is not a label value: use up to 63 letters, digits, "-", "_", and ".", starting and ending with a letter or digit',
    ],
    ["tolerations", '["spot"]', `"spot" ${taint}`],
    ["tolerations", '["spot=true:Never"]', `"spot=true:Never" ${taint}`],
    ["tolerations", "spot", `"spot" ${list}`],
    [
      "priorityClass",
      "High",
      '"High" is not a Kubernetes object name: use lower-case letters, digits, "-", and ".", starting and ending with a letter or digit, e.g. "hello-tls"',
    ],
  ],
  together: [],
};
