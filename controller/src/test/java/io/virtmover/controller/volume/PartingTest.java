// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.volume;

import static io.virtmover.controller.volume.SomeClaims.bound;
import static io.virtmover.controller.volume.SomeClaims.ours;
import static io.virtmover.controller.volume.SomeClaims.pending;
import static io.virtmover.controller.volume.SomeClaims.released;
import static io.virtmover.controller.volume.SomeClaims.taken;
import static io.virtmover.controller.volume.SomeClaims.volumeOf;
import static io.virtmover.controller.volume.SomeClaims.withPolicy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PartingTest {
  private static final PersistentVolumeClaim OURS = ours(bound(pending("velero", SomeClaims.NAME)));
  private static final PersistentVolumeClaim THEIRS = bound(pending("shop", "db"));
  private static final PersistentVolumeClaim LABELLED = ours(THEIRS);
  private static final PersistentVolume VOLUME = volumeOf(OURS);
  private static final PersistentVolume KEPT = withPolicy(VOLUME, "Retain");

  static Stream<Arguments> partings() {
    return Stream.of(
        arguments("goes with our claim by itself", VOLUME, OURS, null, true),
        arguments("is kept by its class", KEPT, OURS, "Delete", true),
        arguments("is taken, and its claim is there", taken(VOLUME), OURS, "Delete", true),
        arguments("is taken and alone", released(taken(VOLUME)), null, "Delete", true),
        arguments("is taken, alone, of such a class", released(taken(KEPT)), null, "Delete", true),
        arguments("goes already", released(VOLUME), null, null, true),
        arguments("was made by hand", byHand(KEPT), OURS, null, false),
        arguments("was made by hand, is alone", byHand(taken(KEPT)), null, "Retain", false),
        arguments("is the target's, not given back", taken(VOLUME), THEIRS, "Delete", false),
        arguments("is the target's, with our label", taken(VOLUME), LABELLED, "Delete", false),
        arguments("is the target's, so labelled, given back", VOLUME, LABELLED, null, false),
        arguments("is the target's of such a class", taken(KEPT), THEIRS, "Retain", false),
        arguments("is the target's, given back", VOLUME, THEIRS, null, false),
        arguments("was the target's, which is gone", released(KEPT), null, null, false));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("partings")
  void shouldDecideWhatBecomesOfAVolumeThat(
      String name,
      PersistentVolume volume,
      @Nullable PersistentVolumeClaim owner,
      @Nullable String policy,
      boolean isAwaited) {
    // when
    var parting = Parting.of(volume, Optional.ofNullable(owner), SomeClaims.REQUEST);

    // then
    assertThat(parting).isEqualTo(new Parting(Optional.ofNullable(policy), isAwaited));
  }

  private static PersistentVolume byHand(PersistentVolume volume) {
    return new PersistentVolumeBuilder(volume)
        .editMetadata()
        .removeFromAnnotations("pv.kubernetes.io/provisioned-by")
        .endMetadata()
        .build();
  }
}
