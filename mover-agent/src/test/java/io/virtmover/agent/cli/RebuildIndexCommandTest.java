// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A full b1 and an increment b2 on it, of whose bucket something is lost. */
class RebuildIndexCommandTest extends OnTwoBackups {
  @BeforeEach
  void backUp() {
    vm.backUp();
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
    var report = vm.virtmover.run("rebuild-index", TwoBackups.ofVm()).report();
    lose(lost);
    var said = vm.said("rebuild-index");

    // then
    assertThat(report.path("checkpoints")).hasToString(checkpoints);
    assertThat(report.path("incomplete")).hasToString(incomplete);
    assertThat(report.path(field)).hasToString(value);
    assertThat(report.path("setAside").path(0).asText()).contains("db-01/index.json.unreadable-");
    assertThat(said).anyMatch(line -> line.endsWith(words));
  }

  /** The index becomes unreadable, and so does another document; an image is gone. */
  private void lose(String object) throws IOException {
    Files.writeString(vm.s3.object("db-01/index.json"), "[");
    if (object.endsWith(".json")) {
      Files.writeString(vm.s3.object(object), "[");
    } else {
      Files.deleteIfExists(vm.s3.bucketFolder().resolve(image(object)));
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
    Files.writeString(vm.s3.object(object), "[");

    // when
    var said = vm.said("rebuild-index");

    // then
    assertThat(said)
        .satisfiesExactly(
            line -> assertThat(line).matches(first),
            line -> assertThat(line).matches("the index of VM shop/db-01 has " + last));
  }
}
