/** The figure and the verdict that belong to each kind of experiment. */
import type { FigureKind } from "../experiment/spec.ts";
import type { Row } from "../record/columns.ts";
import { constructionsFigure } from "./constructions-figure.ts";
import { type ConstructionsVerdict, constructionsVerdict } from "./constructions-verdict.ts";
import { depthFigure } from "./depth-figure.ts";
import { type DepthVerdict, depthVerdict } from "./depth-verdict.ts";
import { type Experiment1Verdict, experiment1Verdict } from "./experiment1-verdict.ts";
import { type Experiment2Verdict, experiment2Verdict } from "./experiment2-verdict.ts";
import { genericCheck } from "./generic-check.ts";
import { experiment1Figure, sweepFigure } from "./gradient-figure.ts";
import { isoperimetry } from "./isoperimetry.ts";
import type { LawVerdict } from "./law-report.ts";
import type { Figure } from "./layers.ts";
import { lemma14 } from "./lemma14.ts";
import { lowerBounds } from "./lower-bounds.ts";
import { noiseLevel } from "./noise-level.ts";
import { prediction } from "./prediction.ts";
import { experiment2Figure } from "./regime-figure.ts";
import { theorem5 } from "./theorem5.ts";
import { theorem6 } from "./theorem6.ts";
import { theorem89 } from "./theorem8-9.ts";
import { totalWeight } from "./total-weight.ts";
import { type UniversalRateVerdict, universalRate } from "./universal-rate.ts";

interface Report {
  /** File name of the figure, without extension. */
  readonly name: string;
  /** From the rows of trials.csv and of laws.csv. */
  readonly figure: (rows: readonly Row[], title: string | undefined, laws: readonly Row[]) => Figure;
  readonly verdict: (
    rows: readonly Row[],
    laws: readonly Row[],
  ) =>
    | Experiment1Verdict
    | Experiment2Verdict
    | ConstructionsVerdict
    | DepthVerdict
    | LawVerdict
    | Promise<UniversalRateVerdict>;
}

export const reports: Readonly<Record<FigureKind, Report>> = {
  sweep: { name: "max-gradient", figure: sweepFigure, verdict: experiment1Verdict },
  experiment1: { name: "figure2-max-gradient", figure: experiment1Figure, verdict: experiment1Verdict },
  experiment2: { name: "figure3-max-gradient", figure: experiment2Figure, verdict: experiment2Verdict },
  constructions: { name: "constructions", figure: constructionsFigure, verdict: constructionsVerdict },
  depth: { name: "depth", figure: depthFigure, verdict: depthVerdict },
  theorem5,
  theorem6,
  "theorem8-9": theorem89,
  "total-weight": totalWeight,
  "generic-check": genericCheck,
  lemma14,
  "universal-rate": universalRate,
  "lower-bounds": lowerBounds,
  isoperimetry,
  "noise-level": noiseLevel,
  prediction,
};
