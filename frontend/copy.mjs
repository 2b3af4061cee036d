// Copies the fonts (OFL) beside the built style sheet.
import { cpSync, mkdirSync } from "node:fs";

const from = "node_modules/@fontsource-variable/atkinson-hyperlegible-next/";
mkdirSync("../static/fonts", { recursive: true });
cpSync(from + "files/atkinson-hyperlegible-next-latin-wght-normal.woff2", "../static/fonts/ahn-latin.woff2");
cpSync(from + "files/atkinson-hyperlegible-next-latin-ext-wght-normal.woff2", "../static/fonts/ahn-latin-ext.woff2");
cpSync(from + "LICENSE", "../static/fonts/LICENSE.txt");
