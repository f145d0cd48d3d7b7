// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.metrics;

import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.virtmover.controller.GoldenDocument;
import io.virtmover.controller.config.SomeConfig;
import io.virtmover.controller.queue.SomeSlots;
import io.virtmover.controller.report.Change;
import io.virtmover.controller.velero.TransferPhase;
import io.virtmover.domain.VmRef;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of docs/operations.md is made of what is registered, so neither has more. */
@SuppressWarnings("deprecation") // it is the registry that Quarkus has
class MetricsTableTest {
  private static final Pattern HELP = Pattern.compile("(?m)^# HELP (virtmover_\\S+) (.*)$");
  private static final Pattern LABEL = Pattern.compile("[{,]([a-z_]+)=\"");
  private static final Instant END = Instant.parse("2026-03-01T03:00:00Z");
  private static final String MOVING =
      "{phase: InProgress, acceptedTimestamp: '2026-03-01T02:00:00Z', startTimestamp: '2026-03-01T02:58:00Z'}";

  @Test
  void theTable_hasWhatIsRegistered() throws IOException {
    // given
    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    var _ = new QueueMetrics(registry, SomeSlots.of(1));
    var _ = new CallbackMetrics(registry);
    new CollectMetrics(registry).forgotten("default", 0);
    new TransferMetrics(registry)
        .ended(SomeRequest.upload(MOVING), Change.to(TransferPhase.FAILED, "Why."), END);
    new LastSuccess(
            registry,
            SomeConfig.with(Map.of("metrics.per-vm", "true")).metrics(),
            _ -> true,
            InstantSource.system())
        .look(() -> Stream.of(new LastSuccess.Success(new VmRef("shop", "db-01"), Instant.now())));

    // when
    var scraped = registry.scrape();

    // then
    GoldenDocument.assertHas(
        "operations.md",
        "<!-- Metrics, by MetricsTableTest -->",
        "<!-- end of the metrics -->",
        "| metric | type | labels | |\n| --- | --- | --- | --- |\n" + rows(scraped));
  }

  private static String rows(String scraped) {
    return HELP.matcher(scraped)
        .results()
        .filter(help -> !help.group(1).endsWith("_max"))
        .map(help -> row(scraped, help.group(1), help.group(2)))
        .sorted()
        .collect(Collectors.joining());
  }

  private static String row(String scraped, String name, String help) {
    var type = Pattern.compile("(?m)^# TYPE " + name + " (.*)$").matcher(scraped);
    if (!type.find()) {
      throw new AssertionError(name + " has no type in:\n" + scraped);
    }
    return "| `%s` | %s | %s | %s |\n".formatted(name, type.group(1), labels(scraped, name), help);
  }

  private static String labels(String scraped, String name) {
    var labels =
        Pattern.compile("(?m)^" + name + "(?:_bucket)?[{].*$")
            .matcher(scraped)
            .results()
            .flatMap(sample -> LABEL.matcher(sample.group()).results())
            .map(label -> label.group(1))
            .filter(label -> !label.equals("le"))
            .collect(Collectors.toCollection(TreeSet::new));
    return labels.isEmpty() ? "–" : "`%s`".formatted(String.join("`, `", labels));
  }
}
