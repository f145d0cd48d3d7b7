// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import io.virtmover.cluster.VmBackup;
import io.virtmover.cluster.VmExport;
import io.virtmover.controller.mover.MoverState;
import io.virtmover.controller.velero.DataUpload;
import io.virtmover.controller.watch.OwnWork;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is seen of a request: at first nothing but itself. */
final class Seen {
  private final DataUpload request;
  private final Map<OwnWork, Instant> tried = new EnumMap<>(OwnWork.class);
  private Optional<String> obstacle = Optional.empty();
  private Optional<Observation.Own> backup = Optional.empty();
  private Optional<VmExport> export = Optional.empty();
  private Optional<String> refusal = Optional.empty();
  private boolean hasToken = true;
  private JobSource source = JobSource.THERE;
  private Optional<Instant> trackerMade = Optional.empty();
  private MoverState mover = new MoverState.Absent();
  private boolean hasClaim;
  private boolean isMoverOnClaim;
  private List<String> earlier = List.of();
  private List<String> own = List.of();

  private Seen(DataUpload request) {
    this.request = request;
  }

  static Seen of(DataUpload request) {
    return new Seen(request);
  }

  Seen obstacle(String why) {
    obstacle = Optional.of(why);
    return this;
  }

  Seen backup(VmBackup found, BackupPlan plan) {
    backup = Optional.of(new Observation.Own(found, plan));
    return this;
  }

  Seen withoutBackup() {
    backup = Optional.empty();
    return this;
  }

  Seen export(Optional<VmExport> found) {
    export = found;
    return this;
  }

  /** Only the first try counts. */
  Seen tried(OwnWork work, Instant since) {
    tried.putIfAbsent(work, since);
    return this;
  }

  Seen withoutToken() {
    hasToken = false;
    return this;
  }

  Seen refusal(String why) {
    refusal = Optional.of(why);
    return this;
  }

  Seen source(JobSource found) {
    source = found;
    return this;
  }

  Seen trackerMade(Instant at) {
    trackerMade = Optional.of(at);
    return this;
  }

  Seen mover(MoverState state) {
    mover = state;
    return this;
  }

  Seen claim() {
    hasClaim = true;
    return this;
  }

  Seen moverOnClaim() {
    isMoverOnClaim = true;
    return this;
  }

  Seen earlier(String... left) {
    earlier = List.of(left);
    return this;
  }

  Seen own(String... left) {
    own = List.of(left);
    return this;
  }

  Observation look() {
    return new Observation(
        request,
        Retries.of(request),
        tried,
        obstacle,
        backup,
        export,
        refusal,
        hasToken,
        source,
        trackerMade,
        mover,
        hasClaim,
        isMoverOnClaim,
        earlier,
        own);
  }
}
