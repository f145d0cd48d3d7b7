// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import static io.virtmover.failure.Failures.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.domain.BackupType;
import io.virtmover.domain.FullReason;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.objectstore.ObjectStat;
import io.virtmover.objectstore.StoredObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordCodecTest {
  private static final String PATH = RepositoryRoot.imagePath(Bucket.VM, Bucket.id(1), "d.qcow2");

  private final Bucket bucket = new Bucket();

  @Test
  void aRecordWithASideObjectOfItsOwn_isReadAsItWasWritten() {
    // given
    var record =
        bucket.withChainDigest(bucket.withDisk(bucket.increment(1, 0), sparse()), "c0ffee");

    // then
    assertThat(text(record))
        .contains("\"extents\":{\"objectPath\":\"%s.extents\",".formatted(PATH))
        .contains("\"crc32c\":\"0000000f\"")
        .doesNotContain("\"reason\"");
    assertThat(read(text(record))).isEqualTo(record);
  }

  @Test
  void whatEarlyRecordsLack_isEmpty() {
    // given
    var record = text(bucket.full(1));

    // when
    var read =
        read(
            record
                .replaceAll("\"(vmBackup|toolVersion|etag|source)\":\"[^\"]*(\\\\\"[^\"]*)*\",", "")
                .replace("FirstBackup", "Whatever")
                .replaceAll("\"clusterSize\":\\d+", "\"clusterSize\":4294967296"));

    // then
    assertThat(read.vmBackup() + read.toolVersion()).isEmpty();
    assertThat(read.reason()).contains(FullReason.OTHER);
    assertThat(read.disks())
        .allSatisfy(
            disk -> {
              assertThat(disk.etag() + disk.source()).isEmpty();
              assertThat(disk.type()).isEqualTo(BackupType.FULL);
              assertThat(disk.clusterSize()).isEqualTo(Integer.MAX_VALUE);
            });
  }

  /** Each is a record with one thing wrong. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "formatVersion":1         | "formatVersion":0        | formatVersion is below any that there was
          "formatVersion":1         | "formatVersions":1       | formatVersion is missing
          "namespace":"orders"      | "namespace":"a/b"        | namespace contains
          "type":"Incremental","par | "type":"Half","par       | 'Half' is not a backup type
          "type":"Incremental","par | "type":"Full","par       | Disk data is an increment in a full
          "id":"vmb                 | "id":"../vmb             | checkpoint
          "timestamp":"             | "timestamp":"in          | is not a time: write it as RFC 3339
          "backup":"night-1"        | "backup":""              | backup is missing
          "disks":                  | "disks":1,"x":           | disks is not an array
          "filename":"d.qcow2"      | "filename":"e.qcow2"     | disks[0].objectPath does not belong to this checkpoint
          "fingerprint":            | "print":                 | disks[0].fingerprint is missing
          "virtualSize":            | "virtualSize":-          | disks[0].virtualSize is negative
          "extents":{"              | "extent":{"              | disks[0].extents is missing
          "crc32c":"0000000f"       | "crc32c":"f0000000f"     | disks[0].extents.inline or crc32c is not what it should be
          "crc32c":"0000000f"       | "crc32c":"x"             | disks[0].extents.inline or crc32c is not what it should be
          "extents":{               | "extents":{"inline":"?", | disks[0].extents.inline or crc32c is not what it should be
          qcow2.extents"            | raw.extents"             | disks[0].extents.objectPath does not belong to the image
          """)
  void whatIsNoRecord_isDamageWithItsPlaceAndARemedy(String right, String wrong, String words) {
    // given
    var record =
        text(bucket.withDisk(bucket.increment(1, 0), sparse()))
            .replace("\"pvc\":\"claim\"", "\"type\":\"Incremental\",\"pvc\":\"claim\"");
    assertThat(record).contains(right);

    // then
    assertFails(
        () -> read(record.replaceFirst(Pattern.quote(right), wrong)),
        FailureKind.CORRUPT_BACKUP,
        words);
    assertFails(
        () -> read(record.replaceFirst(Pattern.quote(right), wrong)),
        FailureKind.CORRUPT_BACKUP,
        RecordCodec.REMEDY);
  }

  @Test
  void aLaterVersion_isNoDamage() {
    assertFails(
        () -> read(text(bucket.full(0)).replace("\"formatVersion\":1", "\"formatVersion\":2")),
        FailureKind.UNSUPPORTED,
        "checkpoint.json has format version 2, this VirtMover reads up to version 1: update VirtMover");
  }

  private static CheckpointRecord.Disk sparse() {
    return new CheckpointRecord.Disk(
        new VolumeName("data"),
        BackupType.INCREMENTAL,
        "claim",
        Optional.empty(),
        1L << 50,
        512,
        "d.qcow2",
        PATH,
        1 << 20,
        "\"e\"",
        0,
        3 << 16,
        "push",
        "print",
        new ExtentsRef(
            Optional.empty(), Optional.of(RepositoryRoot.extentsPath(PATH)), 1 << 21, 15));
  }

  private static String text(CheckpointRecord record) {
    return RecordCodec.write(record).toString();
  }

  private static CheckpointRecord read(String json) {
    var bytes = json.getBytes(StandardCharsets.UTF_8);
    return RecordCodec.read(
        new StoredObject(
            new ObjectStat("checkpoint.json", bytes.length, "\"1\"", Bucket.START, Map.of()),
            ByteBuffer.wrap(bytes)));
  }
}
