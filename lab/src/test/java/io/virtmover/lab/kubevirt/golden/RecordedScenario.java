// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.golden;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.virtmover.lab.kubevirt.api.Release;
import io.virtmover.lab.kubevirt.golden.Entry.Action;
import io.virtmover.lab.kubevirt.golden.Entry.Change;
import io.virtmover.lab.kubevirt.golden.Entry.Rest;
import io.virtmover.lab.kubevirt.golden.Entry.Told;
import io.virtmover.lab.kubevirt.golden.Entry.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/** A recording of the real controllers, line by line. Its README tells how it is written. */
record RecordedScenario(String name, List<Entry> entries) {
  private static final Pattern VERSION =
      Pattern.compile("# t=\\S+ (\\S+) (\\S+) (ADDED|MODIFIED|DELETED)( \\(spec like.*)?");
  private static final Pattern EVENT = Pattern.compile("# t=\\S+ Event on (\\S+) (\\S+).*");
  private static final Pattern ACTION =
      Pattern.compile("# t=\\S+ (CLIENT|PLAYED|NOTE)(?::| (?=create)) ?(.*)");
  private static final Pattern TIME = Pattern.compile("# t=\\+([0-9.]+)s .*");

  /** Seconds without an entry after which nobody was about to write any more. */
  private static final double REST = 0.25;

  private static final Pattern REQUEST = Pattern.compile("# t=\\S+ REQUEST by (.*)");

  static RecordedScenario read(Release release, String scenario) {
    try (var lines = Files.lines(Recordings.file(release, scenario))) {
      var parser = new Parser();
      lines.forEach(parser::line);
      parser.finish();
      return new RecordedScenario(release.text() + "/" + scenario, List.copyOf(parser.entries));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Version> versions() {
    return entries.stream().filter(Version.class::isInstance).map(Version.class::cast).toList();
  }

  boolean says(String text) {
    return entries.stream()
        .anyMatch(entry -> entry instanceof Action action && action.text().contains(text));
  }

  /** Comments begin entries; the lines after a version or an event are its document. */
  private static final class Parser {
    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, Object> firstSpecs = new HashMap<>();
    private Optional<String> head = Optional.empty();
    private StringBuilder body = new StringBuilder();
    private double latest;

    void line(String line) {
      if (line.equals("---")) {
        finish();
      } else if (line.startsWith("# ")) {
        finish();
        time(line);
        if (VERSION.matcher(line).matches() || EVENT.matcher(line).matches()) {
          head = Optional.of(line);
        } else {
          remark(line);
        }
      } else if (head.isPresent()) {
        body.append(line).append('\n');
      }
    }

    private void time(String line) {
      var time = TIME.matcher(line);
      if (time.matches()) {
        var now = Double.parseDouble(time.group(1));
        if (now - latest >= REST) {
          entries.add(new Rest());
        }
        latest = Math.max(latest, now);
      }
    }

    void finish() {
      head.ifPresent(this::document);
      head = Optional.empty();
      body = new StringBuilder();
    }

    private void remark(String line) {
      var action = ACTION.matcher(line);
      if (action.matches()) {
        entries.add(new Action(action.group(1), action.group(2)));
      }
      var request = REQUEST.matcher(line);
      if (request.matches()) {
        entries.add(new Entry.Request(request.group(1)));
      }
    }

    private void document(String line) {
      Map<String, Object> document = parse(body.toString());
      var event = EVENT.matcher(line);
      if (event.matches()) {
        entries.add(
            new Told(
                event.group(1),
                event.group(2),
                String.valueOf(document.get("type")),
                String.valueOf(document.get("reason")),
                String.valueOf(document.get("message"))));
        return;
      }
      var version = VERSION.matcher(line);
      if (version.matches()) {
        var key = version.group(1) + " " + version.group(2);
        if (version.group(4) != null) {
          document.put("spec", Objects.requireNonNull(firstSpecs.get(key)));
        } else if (document.containsKey("spec")) {
          firstSpecs.putIfAbsent(key, document.get("spec"));
        }
        entries.add(
            new Version(
                version.group(1), version.group(2), Change.valueOf(version.group(3)), document));
      }
    }

    @SuppressWarnings("unchecked") // YAML mappings of the recordings have text keys
    private static Map<String, Object> parse(String yaml) {
      return yaml.isBlank()
          ? new HashMap<>()
          : (Map<String, Object>) Serialization.unmarshal(yaml, HashMap.class);
    }
  }
}
