/** A brain from its left side, with the lobes that networks are compared with. */
import { useNetworkWords } from "./use-words.ts";

/** The lobes share their edges: the central sulcus, the lateral sulcus, and the line from the parieto-occipital sulcus down. */
const lobes = [
  {
    name: "frontal",
    net: "RNN",
    at: [152, 152],
    d: "M62 214C54 148 100 82 178 57C206 48 234 43 262 42C256 78 246 104 254 130C261 154 240 178 236 212C205 232 172 246 146 256C128 263 100 261 84 251C70 243 63 230 62 214Z",
  },
  {
    name: "parietal",
    net: "",
    at: [326, 116],
    d: "M262 42C320 38 368 58 404 88C394 120 390 150 392 180C370 185 350 183 330 186C300 190 265 200 236 212C240 178 261 154 254 130C246 104 256 78 262 42Z",
  },
  {
    name: "temporal",
    net: "ANN",
    at: [262, 256],
    d: "M146 256C172 246 205 232 236 212C265 200 300 190 330 186C350 183 370 185 392 180C392 212 384 240 372 268C350 268 338 274 322 284C290 304 228 324 176 307C146 297 135 276 146 256Z",
  },
  {
    name: "occipital",
    net: "CNN",
    at: [424, 196],
    d: "M404 88C452 122 476 180 463 228C456 253 436 268 408 270C394 271 382 269 372 268C384 240 392 212 392 180C390 150 394 120 404 88Z",
  },
] as const;

/** Folds, which make it a brain. */
const folds =
  "M84 206C104 200 112 184 104 166M112 116C132 128 150 122 160 106M132 218C150 206 172 212 190 200M196 70C192 92 208 104 204 124M222 140C206 152 200 168 206 184M92 234C108 238 124 232 132 222" +
  "M288 58C284 78 296 92 290 108M330 56C344 70 340 86 352 98M276 150C292 144 304 152 318 144M352 164C356 148 370 146 376 132M268 176C284 168 300 172 312 164" +
  "M168 278C192 290 214 282 232 288M202 248C222 240 240 246 254 236M290 214C308 206 324 212 342 204M300 282C318 268 340 270 356 254M172 262C180 256 188 258 196 254" +
  "M418 120C412 136 424 146 420 160M446 166C436 172 440 186 430 192M404 242C420 248 436 240 446 228M402 216C408 212 414 214 418 210";

export function BrainPicture() {
  const { brain: words } = useNetworkWords();
  return (
    <svg class="brain" viewBox="40 24 450 366" role="img" aria-label={words.label}>
      <path class="stem" d="M296 292C304 318 312 350 322 380L356 376C350 354 350 340 356 326L352 276Z" />
      <path
        class="cerebellum"
        d="M332 288C352 274 400 274 434 272C450 294 440 330 406 342C374 351 340 338 330 316C326 306 327 296 332 288Z"
      />
      <path
        class="folds"
        d="M336 302C366 292 404 292 440 290M338 316C368 306 404 306 440 304M346 328C372 320 402 320 432 318M362 338C382 332 400 332 420 330"
      />
      {lobes.map(({ name, d }) => (
        <path key={name} class={`lobe ${name}`} d={d} />
      ))}
      <path class="folds" d={folds} />
      {lobes.map(({ name, net, at: [x, y] }) => (
        <text key={name} class={`lobe-name ${name}`} x={x} y={y}>
          {net === "" ? null : (
            <tspan class="net" x={x}>
              {net}
            </tspan>
          )}
          <tspan x={x} dy={net === "" ? 0 : 20}>
            {words[name]}
          </tspan>
        </text>
      ))}
      <text class="lobe-name cerebellum-name" x="386" y="362">
        {words.cerebellum}
      </text>
    </svg>
  );
}
