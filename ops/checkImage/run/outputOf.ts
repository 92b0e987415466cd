/** Output of a command that is run in a container. */
import { text } from "node:stream/consumers";
import type { Container } from "dockerode";

/** Timeout in milliseconds; a command that only prints is much faster. */
const longest = 5000;

/** @throws Error if the container has no such command, or if it does not end */
export async function outputOf(container: Container, command: string[]): Promise<string> {
  const exec = await container.exec({ Cmd: command, AttachStdout: true, AttachStderr: false, Tty: true });
  const stream = await exec.start({ Tty: true });
  const timer = setTimeout(() => stream.destroy(new Error("no end")), longest);
  try {
    return await text(stream);
  } finally {
    clearTimeout(timer);
  }
}
