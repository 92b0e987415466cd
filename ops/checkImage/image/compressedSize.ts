/**
 * Estimates the compressed size of a layer, as registries store it. Compressing everything would take longer than all
 * other checks, so a quarter of a large layer is compressed as a sample.
 */
import { promisify } from "node:util";
import { gzip } from "node:zlib";

const compress = promisify(gzip);
const blockBytes = 1024 * 1024;
/** One block in this many is compressed; in small layers every block is. */
const stride = 4;
const wholeBytes = 8 * blockBytes;

export class CompressedSize {
  #seen = 0;
  #sampled = 0;
  #compressed = 0;
  #block: Buffer[] = [];
  #blockSize = 0;
  #blocks = 0;

  /** Adds the next bytes of the layer; await it, so that at most one block is buffered. */
  async add(chunk: Buffer): Promise<void> {
    this.#seen += chunk.length;
    this.#block.push(chunk);
    this.#blockSize += chunk.length;
    if (this.#blockSize >= blockBytes) await this.#close();
  }

  async #close(): Promise<void> {
    const small = this.#seen <= wholeBytes;
    if (this.#blockSize > 0 && (small || this.#blocks % stride === 0)) {
      const block = Buffer.concat(this.#block);
      this.#compressed += (await compress(block)).length;
      this.#sampled += block.length;
    }
    this.#blocks++;
    this.#block = [];
    this.#blockSize = 0;
  }

  /** Compressed size in bytes; call once, at the end. */
  async estimate(): Promise<number> {
    await this.#close();
    return this.#sampled === 0 ? 0 : Math.round((this.#compressed / this.#sampled) * this.#seen);
  }
}
