/** `recurra train --task caption` and what comes after it: pictures are never replaced, and what is wrong with them is said. */
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCommandFolder } from "../../../test/support/command.ts";
import type { CommandFolder, Said } from "../../../test/support/command.ts";

let folder: CommandFolder;
const colours = ["red", "green", "blue"];
const square = (at: number): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"><rect x="${at % 5}" y="2" width="9" height="9" fill="${colours[at % 3]}"/></svg>`;
const rows = (more: readonly string[] = []): string =>
  [
    "image,caption",
    ...Array.from({ length: 20 }, (_, at) => `c${at}.svg,a ${colours[at % 3]} square`),
    ...more,
    "",
  ].join("\n");
beforeAll(async () => {
  folder = await createCommandFolder({ "captions.csv": rows(), "sheet.svg": square(0) });
  for (let at = 0; at < 20; at++) await folder.write(`pictures.v1/c${at}.svg`, square(at));
});
afterAll(() => folder.remove());

const quick = "--size 16 --hidden 4 --embedding 4 --epochs 1 --backend wasm --no-report".split(" ");
const inFolder = (name: string): string => folder.path(name);
const train = (captions: string, images: string, ...more: readonly string[]): Promise<Said> =>
  folder.run("train", "--task", "caption", "--captions", captions, "--images", images, ...quick, ...more);

describe("captions", () => {
  test("are learned from a folder with a dot in its name, and said of it", async () => {
    const trained = await train("captions.csv", inFolder("pictures.v1"), "--out", "model.safetensors");
    expect(trained).toMatchObject({ status: 0, err: expect.stringContaining("reading 20 pictures") as string });
    const said = await folder.run("predict", "model.safetensors", "--images", inFolder("pictures.v1"));
    expect(said.status).toBe(0);
    expect(said.out.split("\n")).toHaveLength(22);
    const twice = await folder.run("predict", "model.safetensors", "sheet.svg", "--images", inFolder("pictures.v1"));
    expect(twice).toMatchObject({ status: 2, err: expect.stringMatching(/sheet\.svg.*give one of them/) as string });
    for (const words of [
      ["predict", "model.safetensors"],
      ["evaluate", "model.safetensors", "--captions", "captions.csv"],
    ])
      expect(await folder.run(...words, "--images", "")).toMatchObject({
        status: 2,
        err: expect.stringMatching(/^error: --images is empty; name a folder, or one picture\n$/) as string,
      });
    expect(await train("", inFolder("pictures.v1"))).toMatchObject({
      status: 2,
      err: expect.stringContaining("--captions is empty; name a file") as string,
    });
    const data = await folder.run("evaluate", "model.safetensors", "captions.csv");
    expect(data.err).toMatch(
      /pictures and their captions are given as --images and --captions; captions\.csv is neither/,
    );
    const none = await folder.run("predict", "model.safetensors", "--images", inFolder("none"));
    expect(none).toMatchObject({ status: 1, err: expect.stringMatching(/^error: none cannot be read/) as string });
  });

  test("are read again by a run that is resumed, from where they were", async () => {
    const words = ["--epochs", "20", "--fast", "--seed", "3"];
    const pictures = inFolder("pictures.v1");
    await train("captions.csv", pictures, ...words, "--out", "whole.safetensors");
    const all = ["train", "--task", "caption", "--captions", "captions.csv", "--images", pictures, ...quick, ...words];
    const stopped = await folder.runUntil(/^epoch/, ...all, "--out", "part.safetensors");
    expect(stopped.status).toBe(130);
    expect(stopped.err).toContain("recurra train --resume part.checkpoint --out part.safetensors");
    const over = await folder.run("train", "--resume", "part.checkpoint", "--out", "captions.csv");
    expect(over).toMatchObject({
      status: 2,
      err: expect.stringContaining("--out would replace the captions") as string,
    });
    const resumed = await folder.run("train", "--resume", "part.checkpoint", "--no-report");
    expect(resumed.status).toBe(0);
    expect(resumed.out).toContain("predict part.safetensors --images pictures.v1");
    expect((await folder.bytes("part.safetensors")).equals(await folder.bytes("whole.safetensors"))).toBe(true);
  });

  test("are measured on the part test where it is named, else with a word on what training may have seen", async () => {
    const parts = rows()
      .trimEnd()
      .split("\n")
      .map((row, at) => `${row},${at === 0 ? "part" : at < 4 ? "test" : "train"}`);
    await folder.write("parts.csv", parts.join("\n"));
    await folder.write("untested.csv", parts.join("\n").replaceAll(",test", ",other"));
    const measure = async (captions: string): Promise<Said> =>
      folder.run(
        "evaluate",
        "model.safetensors",
        "--captions",
        captions,
        "--images",
        inFolder("pictures.v1"),
        "--json",
      );
    const seen = "note: where training has seen some of these, the model looks better than it is";
    const own = await measure("parts.csv");
    expect(JSON.parse(own.out)).toMatchObject({ count: 3 });
    expect(JSON.parse(own.out)).not.toHaveProperty("kind");
    expect(own.err).toContain('reading 3 pictures\nnote: measured on the pictures of the part "test" alone\n');
    expect(own.err).not.toContain(seen);
    for (const captions of ["captions.csv", "untested.csv"]) {
      const all = await measure(captions);
      expect(JSON.parse(all.out)).toMatchObject({ count: 20 });
      expect(all.err).toContain(seen);
    }
  });

  test("replace no picture", async () => {
    const picture = path.join("pictures.v1", "c1.svg");
    for (const said of [
      await train("captions.csv", inFolder("pictures.v1"), "--out", inFolder(picture)),
      await train("captions.csv", "sheet.svg", "--out", "sheet.svg"),
      await folder.run("predict", "model.safetensors", "--images", "sheet.svg", "--out", "sheet.svg"),
      await folder.run("predict", "model.safetensors", "--images", inFolder("pictures.v1"), "--out", inFolder(picture)),
    ])
      expect(said).toMatchObject({
        status: 2,
        err: expect.stringContaining("--out would replace the pictures") as string,
      });
    expect(await folder.read(picture)).toBe(square(1));
    expect(await folder.read("sheet.svg")).toBe(square(0));
  });

  test("of pictures that are too small or too large are a usage error, as are networks too large for any memory", async () => {
    const sizes = (size: string, hidden: string): Promise<Said> =>
      train("captions.csv", inFolder("pictures.v1"), "--size", size, "--hidden", hidden, "--out", "sizes.safetensors");
    for (const size of ["8", "100000"])
      expect(await sizes(size, "4")).toMatchObject({
        status: 2,
        err: expect.stringContaining("Give a whole number from 9 to 512.") as string,
      });
    expect((await sizes("9", "4")).status).toBe(0);
    expect(await sizes("16", "1000000000")).toMatchObject({
      status: 2,
      err: expect.stringContaining("Give a whole number from 1 to 65536.") as string,
    });
  });

  test.each([
    [
      "image,caption\nc1.svg,a\nempty.png,b\nc2.svg,c\n",
      /^error: wrong\.csv, row 2 \(line 3\), column "image": .*pictures\.v1.empty\.png cannot be read as a picture: it is empty/m,
    ],
    [
      "image,caption,left,top,width,height\nc1.svg,a,0,0,8,8\nc2.svg,b,9,0,8,8\n",
      /^error: wrong\.csv, row 2 \(line 3\), column "image": .*c2\.svg \(9, 0\) cannot be read .* reaches past its 16 × 16/m,
    ],
    ["image,caption\nc1.svg,a\ninner,b\nc2.svg,c\n", /pictures\.v1.inner cannot be read as a picture: it is a folder/],
    ["image,caption,top\nc1.svg,a,0\nc2.svg,b,0\n", /it lacks "left", "width", "height"/],
    [
      "image,caption,left,top,width,height\nc1.svg,a,0,0,8,8\nc2.svg,b,0,0,0,8\n",
      /line 3\), column "width".*whole number of pixels, at least 1/,
    ],
    [
      "image,caption,left,top,width,height\nc1.svg,a,0,0,8,8\nc2.svg,b,-1,0,8,8\n",
      /line 3\), column "left".*whole number of pixels, at least 0/,
    ],
    [
      "image,caption,left,top,width,height\nc1.svg,a,0,0.5,8,8\nc2.svg,b,1,0,8,8\n",
      /line 2\), column "top".*whole number/,
    ],
    ["image,caption,part\nc1.svg,a,train\nc2.svg,b,__proto__\nc3.svg,c,test\n", /column "part".*"__proto__"/],
  ])("say what is wrong in %j", async (table, says) => {
    await folder.write("wrong.csv", table);
    await folder.write("pictures.v1/empty.png", "");
    await mkdir(inFolder(path.join("pictures.v1", "inner")), { recursive: true });
    const said = await train("wrong.csv", inFolder("pictures.v1"), "--out", "wrong.safetensors");
    expect(said.err).toMatch(says);
    expect(said.err).not.toContain("defect");
    expect(said.status).toBeGreaterThan(0);
  });
});
