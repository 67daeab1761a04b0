// SPDX-License-Identifier: Apache-2.0
import { render } from "preact";
import { App } from "./app";
import { take_over_links } from "./lib/router";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/components.css";
import "./styles/trial.css";
import "./styles/charts.css";
import "./styles/tables.css";
import "./styles/log.css";
import "./styles/views.css";
import "./styles/places.css";
import "./styles/narrow.css";

take_over_links();
render(<App />, document.getElementById("app")!);
