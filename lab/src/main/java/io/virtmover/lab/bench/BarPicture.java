// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.bench;

import java.util.ArrayList;
import java.util.List;

/** Bars of ours against each peer's, row by row, as SVG: each row by its own slowest. */
record BarPicture(List<Report.Result> results) {
  private static final int WIDTH = 900;
  private static final int LABELS = 330;
  private static final int BAR = 16;
  private static final int GAP = 22;
  private static final int FIGURES = 130;

  String svg() {
    var lines = results.stream().mapToInt(result -> result.series().size()).sum();
    var height = lines * BAR + results.size() * GAP + GAP;
    var svg = new ArrayList<String>();
    svg.add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"12\">"
            .formatted(WIDTH, height));
    svg.add("<rect width=\"%d\" height=\"%d\" fill=\"white\"/>".formatted(WIDTH, height));
    var y = GAP;
    for (var result : results) {
      svg.add("<text x=\"4\" y=\"%d\" font-weight=\"bold\">%s</text>".formatted(y, result.name()));
      y += 4;
      var slowest =
          result.series().stream().mapToDouble(each -> each.wall().median()).max().orElse(1);
      for (var series : result.series()) {
        svg.add(bar(series, slowest, y));
        y += BAR;
      }
      y += GAP - 4;
    }
    svg.add("</svg>");
    return String.join("\n", svg) + "\n";
  }

  private static String bar(Series series, double slowest, int y) {
    var wall = series.wall();
    var length = (int) Math.round((WIDTH - LABELS - FIGURES) * wall.median() / slowest);
    return """
        <text x="%d" y="%d" text-anchor="end">%s</text>
        <rect x="%d" y="%d" width="%d" height="%d" fill="%s"/>
        <text x="%d" y="%d">%s s%s</text>"""
        .formatted(
            LABELS - 6,
            y + BAR - 4,
            series.name(),
            LABELS,
            y + 1,
            length,
            BAR - 3,
            series.name().startsWith(Clients.OURS) ? "#1a7f37" : "#8c959f",
            LABELS + length + 4,
            y + BAR - 4,
            Math.round(wall.median() * 100) / 100.0,
            wall.isSteady() ? "" : " (unsteady)");
  }
}
