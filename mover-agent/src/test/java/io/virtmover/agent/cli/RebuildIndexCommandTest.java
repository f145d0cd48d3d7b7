// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.backup.BackedUpVm;
import io.virtmover.agent.program.VirtMover;
import io.virtmover.lab.s3.VersityGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A full b1 and an increment b2 on it, of whose bucket something is lost. */
class RebuildIndexCommandTest {
  private static final String[] VM = {"--vm", "shop/db-01"};

  @TempDir private Path folder;
  private VersityGateway s3;
  private VirtMover virtmover;

  @BeforeEach
  void start() {
    s3 = VersityGateway.start();
    virtmover = VirtMover.on(s3);
    var full = BackedUpVm.pushed(folder.resolve("full"), 1, Optional.empty());
    var increment = BackedUpVm.pushed(folder.resolve("increment"), 2, Optional.of(full));
    virtmover.backup("b1", "c1", "full", full).report();
    virtmover.backup("b2", "c2", "incremental", increment, "--parent", "c1").report();
  }

  @AfterEach
  void stop() {
    s3.close();
  }

  @ParameterizedTest
  @CsvSource({
    "db-01/index.json,     '[\"c1\",\"c2\"]', '[]', recovered, '[\"c1\",\"c2\"]', '2 checkpoints, 2 of them recovered; 0 manifests written'",
    "b2/shop-db-01.json,   '[\"c1\",\"c2\"]', '[]', manifests, '[\"b2\"]', '2 checkpoints, 2 of them recovered; 1 manifests written'",
    "c2-d.qcow2,           '[\"c1\"]', '[\"c2\"]', recovered, '[\"c1\"]', 'left out c2: an image or its parent is missing'",
    "c1-d.qcow2,           '[]', '[\"c2\",\"c1\"]', recovered, '[]', 'left out c1: an image or its parent is missing'"
  })
  void whatIsLost_isToldInLinesAndJson(
      String lost, String checkpoints, String incomplete, String field, String value, String words)
      throws IOException {
    // given
    lose(lost);

    // when
    var report = virtmover.run("rebuild-index", VM).report();
    lose(lost);
    var said = virtmover.runForPeople("rebuild-index", VM).out();

    // then
    assertThat(report.path("checkpoints")).hasToString(checkpoints);
    assertThat(report.path("incomplete")).hasToString(incomplete);
    assertThat(report.path(field)).hasToString(value);
    assertThat(report.path("setAside").path(0).asText()).contains("db-01/index.json.unreadable-");
    assertThat(said.lines()).anyMatch(line -> line.endsWith(words));
  }

  /** The index becomes unreadable, and so does another document; an image is gone. */
  private void lose(String object) throws IOException {
    Files.writeString(s3.object("db-01/index.json"), "[");
    if (object.endsWith(".json")) {
      Files.writeString(s3.object(object), "[");
    } else {
      Files.deleteIfExists(s3.bucketFolder().resolve(image(object)));
    }
  }

  private static String image(String name) {
    return "oadp-kubevirt-datamover/checkpoints/shop/db-01/%s/%s"
        .formatted(name.substring(0, 2), name);
  }

  @ParameterizedTest
  @CsvSource({
    "db-01/index.json,   'an unreadable object is kept as [^ ]*/db-01/index.json.unreadable-[0-9]+', 2 checkpoints.*",
    "c2/checkpoint.json, .*/c2/checkpoint.json.*, '2 checkpoints, 0 of them recovered; 0 manifests written'"
  })
  void whatCannotBeRead_isTold(String object, String first, String last) throws IOException {
    // given
    Files.writeString(s3.object(object), "[");

    // when
    var ended = virtmover.runForPeople("rebuild-index", VM);

    // then
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.out().lines())
        .satisfiesExactly(
            line -> assertThat(line).matches(first),
            line -> assertThat(line).matches("the index of VM shop/db-01 has " + last));
  }
}
