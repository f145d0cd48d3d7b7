// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.volume;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.virtmover.controller.Keys;
import io.virtmover.controller.mover.Owned;
import io.virtmover.controller.velero.TransferObject;
import io.virtmover.controller.watch.ApiTrouble;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Moves a volume from one claim to another, be it in another namespace, and gives up what was
 * begun. Everything is found again by what the objects say, so each call can be the first one of a
 * controller that has just started. A volume's object is never deleted: it goes with its claim, by
 * its reclaim policy.
 */
@ApplicationScoped
public class ClaimMoves {
  /** More steps than a move has. */
  private static final int STEPS = 10;

  private final KubernetesClient client;

  ClaimMoves(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Goes on with the move to a claim that somebody else makes, as far as it gets. What the API
   * server refuses is waited for, like all that does not come about.
   *
   * @param from a claim of the request; nothing may use it but pods that have ended
   * @param to has to be unbound
   * @throws KubernetesClientException if the API server does not answer
   */
  public MoveState advance(TransferObject request, ClaimRef from, ClaimRef to) {
    try {
      return advance(request, from, to, false);
    } catch (KubernetesClientException e) {
      return new MoveState.Waiting(ApiTrouble.refusal(e));
    }
  }

  /** Goes on with the move to a claim that is made for it, and then belongs to the request. */
  public MoveState advanceToOwn(TransferObject request, ClaimRef from, ClaimRef to) {
    return advance(request, from, to, true);
  }

  private MoveState advance(
      TransferObject request, ClaimRef from, ClaimRef to, boolean makesTarget) {
    for (var step = 0; step < STEPS; step++) {
      if (step(request, from, to, makesTarget).orElse(null) instanceof MoveStep.Rest(var state)) {
        return state;
      }
    }
    return new MoveState.Waiting("others are changing the claims or the volume");
  }

  /** Whether a volume of the request is on its way between these claims, or has come. */
  public boolean hasBegun(TransferObject request, ClaimRef from, ClaimRef to) {
    return marked(request, from, to).isPresent();
  }

  private Optional<PersistentVolume> marked(TransferObject request, ClaimRef from, ClaimRef to) {
    return volumes(request).stream()
        .filter(
            volume ->
                Volumes.claim(volume).filter(at -> at.equals(from) || at.equals(to)).isPresent())
        .findFirst();
  }

  /**
   * Takes the next step.
   *
   * @return the step that was taken; empty where somebody else was faster, and it is to be decided
   *     anew
   */
  Optional<MoveStep> step(TransferObject request, ClaimRef from, ClaimRef to, boolean makesTarget) {
    var next = MoveDecision.next(look(request, from, to, makesTarget));
    return act(request, to, next) ? Optional.of(next) : Optional.empty();
  }

  private Move look(TransferObject request, ClaimRef from, ClaimRef to, boolean makesTarget) {
    var source = claim(from);
    return new Move(
        from,
        to,
        makesTarget,
        source,
        claim(to),
        marked(request, from, to)
            .or(() -> source.flatMap(Claims::volumeName).flatMap(this::volume)));
  }

  /** Whether it could be done: somebody else's change is looked at by the next step. */
  private boolean act(TransferObject request, ClaimRef to, MoveStep step) {
    return isStillSo(
        () -> {
          switch (step) {
            case MoveStep.Take(var volume) -> patch(volume, VolumePatches.take(volume, request));
            case MoveStep.LetGo(var source) -> delete(source);
            case MoveStep.MakeTarget(var volume) ->
                client.resource(target(request, to, volume)).create();
            case MoveStep.NameClaim(var volume, var target) ->
                patch(volume, VolumePatches.nameClaim(volume, target));
            case MoveStep.GiveBack(var volume) ->
                patch(volume, VolumePatches.giveBack(volume, Volumes.ownPolicy(volume)));
            case MoveStep.Rest _ -> {}
          }
        });
  }

  private static PersistentVolumeClaim target(
      TransferObject request, ClaimRef to, PersistentVolume volume) {
    var spec = volume.getSpec();
    return new PersistentVolumeClaimBuilder()
        .withMetadata(Owned.by(request, to.namespace(), to.name()))
        .withNewSpec()
        .withAccessModes(spec.getAccessModes())
        .withVolumeMode(spec.getVolumeMode())
        .withStorageClassName(Optional.ofNullable(spec.getStorageClassName()).orElse(""))
        .withNewSelector()
        .addToMatchLabels(Keys.REQUEST_UID, request.getMetadata().getUid())
        .endSelector()
        .withNewResources()
        .withRequests(Map.of("storage", spec.getCapacity().get("storage")))
        .endResources()
        .endSpec()
        .build();
  }

  /**
   * Gives up what a request has of claims and volumes: its claims are deleted, and their volumes go
   * with them, also where their storage class would keep them. A volume that already is the target
   * claim's stays, with the reclaim policy it had. To be repeated until nothing is left.
   *
   * @return what is not gone yet
   */
  public List<String> abandon(TransferObject request) {
    var claims = claims(request);
    var left = new ArrayList<String>();
    var areVolumesReady = true;
    for (var volume : volumes(request, claims)) {
      var parting = Parting.of(volume, owner(volume), request);
      var isReady = parting.policy().map(policy -> giveBack(volume, policy)).orElse(true);
      if (parting.isAwaited() || !isReady) {
        left.add("volume " + volume.getMetadata().getName());
      }
      areVolumesReady &= isReady;
    }
    for (var claim : claims) {
      // Not before: with its claim gone, a volume that we have not marked is not found again.
      if (areVolumesReady && !Claims.isGoing(claim)) {
        var _ = isStillSo(() -> delete(claim));
      }
      left.add("claim " + ClaimRef.of(claim));
    }
    return List.copyOf(left);
  }

  private boolean giveBack(PersistentVolume volume, String policy) {
    return isStillSo(() -> patch(volume, VolumePatches.giveBack(volume, policy)));
  }

  /** Those with the request's label, and those that have not been taken from its claims. */
  private List<PersistentVolume> volumes(
      TransferObject request, List<PersistentVolumeClaim> claims) {
    var marked = volumes(request);
    var names = marked.stream().map(volume -> volume.getMetadata().getName()).toList();
    var unmarked =
        claims.stream()
            .flatMap(
                claim ->
                    Claims.volumeName(claim)
                        .filter(name -> !names.contains(name))
                        .flatMap(this::volume)
                        .filter(volume -> Volumes.isFor(volume, claim))
                        .stream());
    return Stream.concat(marked.stream(), unmarked).toList();
  }

  private Optional<PersistentVolumeClaim> owner(PersistentVolume volume) {
    return Volumes.claim(volume).flatMap(this::claim).filter(claim -> Volumes.isFor(volume, claim));
  }

  private List<PersistentVolume> volumes(TransferObject request) {
    return client
        .persistentVolumes()
        .withLabel(Keys.REQUEST_UID, request.getMetadata().getUid())
        .list()
        .getItems();
  }

  private List<PersistentVolumeClaim> claims(TransferObject request) {
    return client
        .persistentVolumeClaims()
        .inAnyNamespace()
        .withLabel(Keys.REQUEST_UID, request.getMetadata().getUid())
        .list()
        .getItems()
        .stream()
        .filter(claim -> Claims.isOf(claim, request))
        .toList();
  }

  private Optional<PersistentVolumeClaim> claim(ClaimRef at) {
    return Optional.ofNullable(
        client.persistentVolumeClaims().inNamespace(at.namespace()).withName(at.name()).get());
  }

  private Optional<PersistentVolume> volume(String name) {
    return Optional.ofNullable(client.persistentVolumes().withName(name).get());
  }

  private void patch(HasMetadata object, ObjectNode patch) {
    client.resource(object).patch(PatchContext.of(PatchType.JSON_MERGE), patch.toString());
  }

  private void delete(PersistentVolumeClaim claim) {
    client.resource(claim).lockResourceVersion(claim.getMetadata().getResourceVersion()).delete();
  }

  /** Acts, unless the object has changed since it was looked at. */
  private static boolean isStillSo(Runnable action) {
    try {
      action.run();
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT
          || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }
}
