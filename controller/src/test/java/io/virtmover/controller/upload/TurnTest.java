// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import static io.virtmover.controller.upload.SomeUpload.VM;
import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.controller.Keys;
import io.virtmover.controller.velero.DataUpload;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TurnTest {
  private static final DataUpload REQUEST = request("du-b", "2026-03-01T02:00:00Z");

  @Test
  void aRequestThatIsAlone_hasItsTurn() {
    assertThat(Turn.obstacle(REQUEST, VM, List.of(REQUEST), List.of())).isEmpty();
  }

  @Test
  void aRequest_waitsForTheLastOfItsVmBeforeIt() {
    // given
    var older = request("du-y", "2026-03-01T01:00:00Z");
    var oldest = request("du-z", "2026-03-01T00:00:00Z");
    var younger = request("du-a", "2026-03-01T03:00:00Z");

    // then
    assertThat(Turn.obstacle(REQUEST, VM, List.of(younger, older, REQUEST, oldest), List.of("b")))
        .isEqualTo(Optional.of("Comes after DataUpload du-y of the same VM."));
    assertThat(Turn.obstacle(REQUEST, VM, List.of(younger, REQUEST), List.of())).isEmpty();
  }

  @Test
  void ofTwoOfTheSameSecond_onlyOneWaits() {
    // given
    var same = request("du-a", "2026-03-01T02:00:00Z");
    var all = List.of(REQUEST, same);

    // then
    assertThat(Turn.obstacle(REQUEST, VM, all, List.of())).get().asString().contains("du-a");
    assertThat(Turn.obstacle(same, VM, all, List.of())).isEmpty();
  }

  @Test
  void otherVmsRequests_areNoObstacle() {
    // given
    var otherVm =
        SomeUpload.annotated(request("du-a", "2026-03-01T00:00:00Z"), Keys.VM_NAME, "web-8");
    var otherNamespace =
        SomeUpload.annotated(request("du-a", "2026-03-01T00:00:00Z"), Keys.VM_NAMESPACE, "shop");

    // then
    assertThat(Turn.obstacle(REQUEST, VM, List.of(otherVm, otherNamespace), List.of())).isEmpty();
  }

  @Test
  void aRequestThatIsNonsense_stopsNobody() {
    // given
    var nonsense =
        SomeUpload.annotated(request("du-a", "2026-03-01T00:00:00Z"), Keys.VM_NAME, "../web-7");

    // then
    assertThat(Turn.obstacle(REQUEST, VM, List.of(nonsense), List.of())).isEmpty();
  }

  @Test
  void aBackupOfSomebodyElse_isWaitedFor() {
    assertThat(Turn.obstacle(REQUEST, VM, List.of(REQUEST), List.of("nightly-7")))
        .isEqualTo(
            Optional.of("Comes after VirtualMachineBackup orders/nightly-7 of the same VM."));
  }

  private static DataUpload request(String name, String created) {
    var request = SomeUpload.in("Accepted");
    request.getMetadata().setName(name);
    request.getMetadata().setUid("uid-" + name + created);
    request.getMetadata().setCreationTimestamp(created);
    return request;
  }
}
