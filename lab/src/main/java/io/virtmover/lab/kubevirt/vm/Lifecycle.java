// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.vm;

import java.util.Optional;

/** What a VM's strategy and its requests want of its VMI. */
enum Lifecycle {
  NOTHING,
  CREATE_VMI,
  DELETE_VMI,
  /** The first request is fulfilled. */
  DROP_REQUEST,
  /** The first request is to start. */
  CREATE_VMI_AND_DROP_REQUEST;

  /** A request in the VM's status, as virtctl's restart makes them. */
  record Request(boolean isStart, Optional<String> uid) {}

  /** The VMI as far as this matters. */
  record Instance(String uid, VmiPhase phase, boolean isDeleting) {}

  static Lifecycle of(
      RunStrategy strategy, Optional<Instance> instance, Optional<Request> request) {
    if (instance.isPresent() && instance.get().isDeleting()) {
      return NOTHING;
    }
    if (request.isPresent()) {
      return ofRequest(instance, request.get());
    }
    var isFinal = instance.isPresent() && instance.get().phase().isFinal();
    var hasFailed = instance.isPresent() && instance.get().phase() == VmiPhase.FAILED;
    return switch (strategy) {
      case HALTED -> instance.isPresent() ? DELETE_VMI : NOTHING;
      case ALWAYS -> instance.isEmpty() ? CREATE_VMI : isFinal ? DELETE_VMI : NOTHING;
      case MANUAL -> isFinal ? DELETE_VMI : NOTHING;
      case RERUN_ON_FAILURE -> instance.isEmpty() ? CREATE_VMI : hasFailed ? DELETE_VMI : NOTHING;
      case ONCE -> instance.isEmpty() ? CREATE_VMI : NOTHING;
    };
  }

  private static Lifecycle ofRequest(Optional<Instance> instance, Request request) {
    if (request.isStart()) {
      return instance.isEmpty() ? CREATE_VMI_AND_DROP_REQUEST : DROP_REQUEST;
    }
    var isMeant =
        instance.isPresent()
            && request.uid().map(uid -> uid.equals(instance.get().uid())).orElse(true);
    return isMeant ? DELETE_VMI : DROP_REQUEST;
  }
}
