// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import static io.virtmover.failure.Failures.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.CheckpointName;
import io.virtmover.failure.FailureKind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Entries of the index of VM orders/web-7. */
class EntryCodecTest {
  private final Bucket bucket = new Bucket();

  @Test
  void aNameAlone_isAnEntry() {
    assertThat(read("{\"id\": \"c\", \"parent\": \"\", \"referencedBy\": [\"\", null, \"b\"]}"))
        .isEqualTo(
            new CheckpointEntry(
                new CheckpointName("c"),
                BackupType.FULL,
                Optional.empty(),
                "",
                "",
                List.of(),
                List.of(),
                List.of("b")));
  }

  @Test
  void anEarlyFile_hasNeitherSizeNorDisk() {
    // given
    var path = "checkpoints/orders/web-7/c/x.qcow2";

    // then
    assertThat(
            read("{\"ID\": \"c\", \"files\": [{\"filename\": \"x.qcow2\", \"diskName\": \"\", \"objectPath\": \"%s\"}]}"
                    .formatted(path))
                .files())
        .containsExactly(new ImageFile("x.qcow2", Optional.empty(), 0, path));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                  | id is missing
          {"id": "../x"}                      | id is not a checkpoint's name
          {"id": "c", "parent": "a/b"}        | parent is not a checkpoint's name
          {"id": "c", "type": "half"}         | type is neither Full nor Incremental
          {"id": "c", "files": [{}]}          | files[0].filename is missing
          {"id": "c", "files": [{"filename": "d"}]} | files[0].objectPath is missing
          {"id": "c", "files": [{"filename": "d", "objectPath": "checkpoints/orders/web-7/b/d"}]}         | files[0].objectPath does not belong to this checkpoint
          {"id": "c", "files": [{"filename": "d", "objectPath": "checkpoints/orders/web-7/c/e"}]}         | files[0].objectPath does not belong to this checkpoint
          {"id": "c", "files": [{"filename": "../d", "objectPath": "checkpoints/orders/web-7/c/../d"}]}   | files[0].objectPath does not belong to this checkpoint
          {"id": "c", "files": [{"filename": "d", "objectPath": "checkpoints/orders/web-7/c/d", "size": -1}]} | files[0].size is negative
          """)
  void whatIsNoEntry_isRefusedWithItsPlace(String json, String words) {
    assertFails(
        () -> read(json), FailureKind.CORRUPT_BACKUP, "index.json cannot be read: " + words);
  }

  @Test
  void knownKeys_areSpelledAsTheFormatDoesAlsoOfFiles() {
    assertThat(
            EntryCodec.spelled(
                fields(
                    "{\"ID\": \"c\", \"Seal\": 1, \"Files\": [{\"FILENAME\": \"x\", \"Hue\": 2}]}")))
        .hasToString("{\"id\":\"c\",\"Seal\":1,\"files\":[{\"filename\":\"x\",\"Hue\":2}]}");
  }

  @Test
  void aRecord_becomesAnEntryWithItsFilesByName() {
    // given
    var record = bucket.increment(1, 0);

    // when
    var entry = read(EntryCodec.write(record).toString());

    // then
    assertThat(record.disks())
        .extracting(disk -> disk.volume().value())
        .first()
        .isEqualTo("rootdisk");
    assertThat(entry.files())
        .extracting(file -> file.diskName().orElseThrow())
        .containsExactly("data-disk-1", "rootdisk");
    assertThat(entry.pvcs()).containsExactly("web-7-data-disk-1", "web-7-rootdisk");
    assertThat(entry.type()).isEqualTo(BackupType.INCREMENTAL);
    assertThat(entry.parent()).contains(Bucket.id(0));
    assertThat(entry.referencedBy()).isEmpty();
  }

  /** The Go project takes whatever has a parent for an increment. */
  @Test
  void aFull_hasNoParentWhateverItsRecordSays() {
    // given
    var full = bucket.record(1, BackupType.FULL, Optional.of(Bucket.id(0)), "print");

    // then
    assertThat(EntryCodec.write(full).has("parent")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "c, 'a:[\"old\",\"new\"] b:[\"new\"] c:[\"new\"] d:null'",
    "a, 'a:[\"old\",\"new\"] b:null c:\"?\" d:null'",
    "d, 'a:[\"old\"] b:null c:\"?\" d:[\"new\"]'",
    "x, 'a:[\"old\"] b:null c:\"?\" d:null'",
  })
  void aReference_isAddedAlongTheChain(CheckpointName id, String references) {
    // given: c on b on a; d builds on itself
    var entries =
        entries(
            "{\"id\": \"a\", \"referencedBy\": [\"old\"]}",
            "{\"id\": \"b\", \"parent\": \"a\"}",
            "{\"id\": \"c\", \"parent\": \"b\", \"referencedBy\": \"?\"}",
            "{\"id\": \"d\", \"parent\": \"d\"}");

    // when: the second time adds nothing
    EntryCodec.reference(entries, id, new BackupName("new"));
    EntryCodec.reference(entries, id, new BackupName("new"));

    // then
    assertThat(entries)
        .extracting(entry -> entry.path("id").asText() + ":" + entry.get("referencedBy"))
        .containsExactly(references.split(" "));
  }

  private static List<ObjectNode> entries(String... entries) {
    return List.of(entries).stream().map(entry -> fields(entry).node()).toList();
  }

  private static CheckpointEntry read(String json) {
    return EntryCodec.read(Bucket.VM, fields(json));
  }

  private static Fields fields(String json) {
    var bytes = ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8));
    return Fields.of("index.json", GoJson.read("index.json", bytes, ""), "Rebuild it.");
  }
}
