// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocationTest {
  private static final String ACCESS_POINT = "arn:aws:s3:eu-west-1:1:accesspoint/backups";

  @ParameterizedTest
  @CsvSource({
    "bkt,      p,      bkt, p",
    "/bkt/,    //p/q/, bkt, p/q",
    "bkt,      '',     bkt, ''",
    "bkt,      /,      bkt, ''",
    ACCESS_POINT + ", p, " + ACCESS_POINT + ", p",
  })
  void shouldDropTheSlashesAtTheEnds(
      String bucket, String prefix, String bareBucket, String barePrefix) {
    var location = Location.of(bucket, prefix);
    assertThat(location.bucket()).isEqualTo(bareBucket);
    assertThat(location.prefix()).isEqualTo(barePrefix);
  }

  @ParameterizedTest
  @CsvSource({
    "'',    The backup storage location names no bucket.",
    "/,     The backup storage location names no bucket.",
    "b/oadp, is not a bucket: a path inside it belongs into the prefix.",
  })
  void shouldRefuseWhatIsNoBucket(String bucket, String message) {
    assertThatThrownBy(() -> Location.of(bucket, "p"))
        .hasMessageEndingWith(message)
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            failure -> assertThat(failure.kind()).isEqualTo(FailureKind.INVALID_REQUEST));
  }

  @Test
  void shouldKeepWhatIsNotSaidAnew() {
    // given
    var location = Location.of("b", "p").withAccess(Optional.of(Path.of("/a")), Optional.of("x"));

    // then
    assertThat(location.withAccess(Optional.empty(), Optional.empty())).isEqualTo(location);
    assertThat(location.withAccess(Optional.of(Path.of("/b")), Optional.empty()).access())
        .isEqualTo(new StoreAccess(Optional.of(Path.of("/b")), "x", false));
    assertThat(location.withAccess(Optional.empty(), Optional.of("y")).access())
        .isEqualTo(new StoreAccess(Optional.of(Path.of("/a")), "y", false));
  }

  @Test
  void shouldNotChangeWithTheTagsItWasMadeOf() {
    var tags = new HashMap<String, String>();
    var settings =
        new ObjectSettings(new Encryption.BucketDefault(), tags, ChecksumAlgorithm.CRC32);
    tags.put("late", "x");
    assertThat(settings).isEqualTo(ObjectSettings.PLAIN);
  }
}
