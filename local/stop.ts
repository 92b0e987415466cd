/** `npm run stop`: stops the environment and keeps the stack for the next `npm start`. */
import { commandLine, main } from "./commandLine.ts";
import { stopEnvironment } from "./environment.ts";
import { workAlone } from "./environmentOwner.ts";

const help = `
npm run stop

Stops every part of the local environment. What is deployed stays in its stores: "npm start" brings it back.
To delete the stack instead: npm run down

  -h, --help   this text
`;

await main(async () => {
  commandLine(help, {});
  workAlone("npm run stop");
  await stopEnvironment({ remove: false });
});
