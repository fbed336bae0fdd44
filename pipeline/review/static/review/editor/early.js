// Asks for the lines before the rest of the scripts is there: they are on their way meanwhile.

import { call } from "./net.js";
import { config } from "./page.js";

export const early = call(config.paths.lines);
