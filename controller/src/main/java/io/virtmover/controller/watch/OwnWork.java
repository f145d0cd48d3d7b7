// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.watch;

/**
 * What only the controller gets done for a request, and must not try without an end. Its deadline
 * counts from the first of the tries in a row ({@link Tries}): a controller that was away has not
 * tried, and what was done in between is not late.
 */
public enum OwnWork {
  /** To make a tracker again that KubeVirt needs. */
  MAKE_TRACKER,
  /** To bring KubeVirt's files to the mover. */
  BRING_FILES,
  /** To give a restored volume to its claim. */
  HAND_OVER,
  /** To read what the bucket has. */
  READ_BUCKET,
  /** To have Kubernetes take what a request needs. */
  MAKE_OBJECTS,
  /** To be let do by the API server what it denies. */
  BE_ALLOWED,
  /** To have Kubernetes answer, and who has a say in what it does. */
  BE_ANSWERED,
  /** To take away what an earlier try has left. */
  CLEAR_EARLIER,
  /** To have KubeVirt end a backup that is in the bucket. */
  COMMIT,
  /** To see Kubernetes tell of an end that the mover has told. */
  SEE_END,
  /** To see Velero make the VM of a disk that is restored. */
  AWAIT_VM,
  /** To stop. */
  STOP,
  /** To give back volumes and secrets when all else is cleaned up. */
  GIVE_BACK,
  /** To clean up after the end. */
  CLEAN_UP
}
