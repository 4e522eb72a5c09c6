/** The studio's server: what it serves, and what it refuses. */
import { mkdir, mkdtemp, readdir, readlink, rename, rm, symlink, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serveStudio } from "./serve-studio.ts";
import type { StudioServer } from "./serve-studio.ts";

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

let folder: string;
let server: StudioServer;
let port: number;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "recurra-studio-"));
  await mkdir(path.join(folder, "site/assets"), { recursive: true });
  await writeFile(path.join(folder, "site/index.html"), "<!doctype html>the page");
  await writeFile(path.join(folder, "site/assets/a.js"), "export {};");
  await writeFile(path.join(folder, "secret.txt"), "a secret");
  await symlink(path.join(folder, "secret.txt"), path.join(folder, "site/link.txt"));
  await writeFile(path.join(folder, "my model #1.safetensors"), "weights");
  await writeFile(path.join(folder, "evil.html"), "<script>alert(1)</script>");
  await writeFile(path.join(folder, "empty.csv"), "");
  const files = ["my model #1.safetensors", "evil.html", "empty.csv"].map((name) => path.join(folder, name));
  server = await serveStudio({ site: path.join(folder, "site"), files, port: 0 });
  port = Number(new URL(server.address).port);
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

/** Asks for a path exactly as it is written. */
async function ask(
  at: string,
  {
    method = "GET",
    host = `127.0.0.1:${port}`,
    seen,
  }: { readonly method?: string; readonly host?: string; readonly seen?: string | undefined } = {},
): Promise<Reply> {
  const headers = { host, ...(seen === undefined ? {} : { "if-none-match": seen }) };
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, path: at, method, headers }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => (body += text));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    })
      .on("error", reject)
      .end();
  });
}

test("the page comes with headers that isolate it and let it load nothing from elsewhere", async () => {
  const { status, headers, body } = await ask("/");
  expect({ status, body }).toEqual({ status: 200, body: "<!doctype html>the page" });
  expect(headers).toMatchObject({
    "content-type": "text/html; charset=utf-8",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "content-security-policy": expect.stringMatching(/^default-src 'none'; .*frame-ancestors 'none'$/) as unknown,
  });
  expect((await ask("/assets/a.js?v=1")).headers["content-type"]).toBe("text/javascript; charset=utf-8");
  expect((await ask("/", { host: `localhost:${port}` })).status).toBe(200);
});

test("HEAD has the headers of GET and no body", async () => {
  const [got, headed] = [await ask("/assets/a.js"), await ask("/assets/a.js", { method: "HEAD" })];
  expect(headed).toMatchObject({ status: 200, body: "" });
  expect(headed.headers["content-length"]).toBe(got.headers["content-length"]);
  expect((await ask("/files.json", { method: "HEAD" })).body).toBe("");
});

test("named files are listed, and served as bytes whatever they are", async () => {
  const listed = await ask("/files.json");
  expect(JSON.parse(listed.body)).toEqual([
    { name: "my model #1.safetensors", address: "./files/0/my%20model%20%231.safetensors" },
    { name: "evil.html", address: "./files/1/evil.html" },
    { name: "empty.csv", address: "./files/2/empty.csv" },
  ]);
  expect(await ask("/files/0/my%20model%20%231.safetensors")).toMatchObject({ status: 200, body: "weights" });
  expect(await ask("/files/2/empty.csv")).toMatchObject({ status: 200, body: "" });
  const page = await ask("/files/1/evil.html");
  expect(page.headers).toMatchObject({
    "content-type": "application/octet-stream",
    "x-content-type-options": "nosniff",
  });
});

test.each([
  "/../secret.txt",
  "/%2e%2e/secret.txt",
  "/..%2fsecret.txt",
  "/assets/../../secret.txt",
  String.raw`/..\secret.txt`,
  "/..%5csecret.txt",
  "/%2e%2e%5csecret.txt",
  "/assets/%2e%2e/%2e%2e/secret.txt",
  "//../secret.txt",
  "/index.html%00.js",
  "/%",
  "/%c0%ae%c0%ae/secret.txt",
  "/link.txt",
  "/assets",
  "/assets/",
  "/files/0/../1/evil.html",
  "/files/3/evil.html",
  "/files/0/evil.html",
  "/files/-1/evil.html",
  "/files/00/my%20model%20%231.safetensors",
  "/files/0",
])("%s leads nowhere", async (at) => {
  const { status, body } = await ask(at);
  expect([400, 404]).toContain(status);
  expect(body).not.toMatch(/secret|weights|alert/);
});

test("an absolute address and the outside of a path are refused", async () => {
  expect((await ask(`http://127.0.0.1:${port}/`)).status).toBe(400);
  expect((await ask("*")).status).toBe(400);
});

test.each([
  "evil.example",
  "evil.example:PORT",
  "127.0.0.1",
  "127.0.0.1:1",
  "localhost",
  "127.0.0.1:PORT.evil.example",
])("another name for this machine (%j) is refused", async (host) => {
  const reply = await ask("/", { host: host.replace("PORT", String(port)) });
  expect(reply.status).toBeGreaterThanOrEqual(400);
  expect(reply.body).not.toContain("the page");
});

test.each(["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])("%s is refused", async (method) => {
  expect(await ask("/", { method })).toMatchObject({ status: 405, headers: { allow: "GET, HEAD" } });
});

test("what is no HTTP does not stop the server", async () => {
  await new Promise<void>((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.end("\u0000\u0001 nonsense\r\n\r\n"));
    socket
      .on("close", () => resolve())
      .on("error", () => undefined)
      .resume();
  });
  expect((await ask("/")).status).toBe(200);
});

test("a port that is taken, a file that is missing and a site that is not built are named", async () => {
  const site = path.join(folder, "site");
  await expect(serveStudio({ site, files: [], port })).rejects.toThrow(`port ${port} is taken`);
  for (const gone of ["gone.csv", "gone/gone.safetensors"])
    await expect(serveStudio({ site, files: [gone], port: 0 })).rejects.toMatchObject({
      code: "file/cannot-read",
      message: expect.stringContaining(gone) as unknown,
    });
  await expect(serveStudio({ site, files: [site], port: 0 })).rejects.toThrow(/site cannot be read: it is a folder/);
  await expect(serveStudio({ site: folder, files: [], port: 0 })).rejects.toThrow("not built");
});

test("a run is awaited, then it is its checkpoint, then its model, and told only when it is another", async () => {
  const site = path.join(folder, "site");
  const run = path.join(folder, "run.safetensors");
  const own = await serveStudio({ site, files: [run], port: 0 });
  expect(own.awaited).toEqual([run]);
  const before = port;
  port = Number(new URL(own.address).port);
  try {
    expect(await ask("/files/0/run.safetensors")).toMatchObject({ status: 204, body: "" });
    await writeFile(path.join(folder, "run.checkpoint"), "epoch 1");
    const first = await ask("/files/0/run.safetensors");
    expect(first).toMatchObject({ status: 200, body: "epoch 1" });
    const seen = String(first.headers["etag"]);
    expect(await ask("/files/0/run.safetensors", { seen })).toMatchObject({ status: 304, body: "" });
    await writeFile(path.join(folder, "run.checkpoint"), "epoch 2 ");
    expect(await ask("/files/0/run.safetensors", { seen })).toMatchObject({ status: 200, body: "epoch 2 " });
    await writeFile(path.join(folder, "run.safetensors"), "the model");
    await rm(path.join(folder, "run.checkpoint"));
    expect(await ask("/files/0/run.safetensors", { seen })).toMatchObject({ status: 200, body: "the model" });
    await rm(path.join(folder, "run.safetensors"));
    expect(await ask("/files/0/run.safetensors", { seen })).toMatchObject({ status: 204 });
  } finally {
    port = before;
    await own.close();
  }
});

/** A server for some files alone, while `use` asks it. */
async function serveOnly(files: readonly string[], use: () => Promise<void>): Promise<void> {
  const own = await serveStudio({ site: path.join(folder, "site"), files, port: 0 });
  const before = port;
  port = Number(new URL(own.address).port);
  try {
    await use();
  } finally {
    port = before;
    await own.close();
  }
}

test.skipIf(process.platform === "win32")("any name that a file has leads to it", async () => {
  const names = ["a%2fb#c?.csv", String.raw`back\slash.csv`, "..csv", " ế \n'<b>\".csv"];
  const files = names.map((name) => path.join(folder, name));
  for (const [at, file] of files.entries()) await writeFile(file, `of ${at}`);
  await serveOnly(files, async () => {
    const offered = JSON.parse((await ask("/files.json")).body) as readonly { name: string; address: string }[];
    expect(offered.map(({ name }) => name)).toEqual(names);
    for (const [at, { address }] of offered.entries())
      expect(await ask(address.slice(1))).toMatchObject({ status: 200, body: `of ${at}` });
  });
});

test("a file that is replaced while it is asked for comes whole, the old one or the new", async () => {
  const [file, next] = [path.join(folder, "often.safetensors"), path.join(folder, "next")];
  await writeFile(file, "a");
  await serveOnly([file], async () => {
    const done = new AbortController();
    const writing = (async () => {
      for (let size = 1; !done.signal.aborted; size = (size * 7) % 100_003) {
        await writeFile(next, "a".repeat(size));
        await rename(next, file);
      }
    })();
    try {
      for (let round = 0; round < 50; round++) {
        const replies = await Promise.all([1, 2, 3, 4].map(async () => ask("/files/0/often.safetensors")));
        for (const { body, headers } of replies) expect(String(body.length)).toBe(headers["content-length"]);
      }
    } finally {
      done.abort();
      await writing;
    }
  });
});

test.runIf(process.platform === "linux")("who goes away in the middle of a file leaves nothing open", async () => {
  const file = path.join(folder, "large.csv");
  await writeFile(file, Buffer.alloc(20_000_000, "1,2\n"));
  const countOpen = async (): Promise<number> => {
    const names = await readdir("/proc/self/fd");
    const links = await Promise.all(names.map(async (name) => readlink(`/proc/self/fd/${name}`).catch(() => "")));
    return links.filter((link) => link.endsWith("large.csv")).length;
  };
  await serveOnly([file], async () => {
    for (let time = 0; time < 5; time++)
      await new Promise<void>((resolve, reject) => {
        request({ host: "127.0.0.1", port, path: "/files/0/large.csv" }, (response) => {
          response.once("data", () => response.destroy()).on("close", () => resolve());
          response.on("error", () => undefined);
        })
          .on("error", reject)
          .end();
      });
    await expect.poll(countOpen).toBe(0);
  });
});
