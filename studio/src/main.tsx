/** Starts the studio in its page. */
import { render } from "preact";
import "./look/index.ts";
import { App } from "./app.tsx";
import { followAddress } from "./place.ts";
import { findServedFiles } from "./served-files.ts";
import { showSettings } from "./settings.ts";

followAddress();
showSettings();
void findServedFiles();
const root = document.getElementById("app");
if (root !== null) render(<App />, root);
