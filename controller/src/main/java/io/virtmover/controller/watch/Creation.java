// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.net.HttpURLConnection;

/** Making what an earlier pass may have made already. */
public final class Creation {
  private Creation() {}

  /** The API server does not take an object. */
  static final class NotMadeException extends KubernetesClientException {
    private final String what;

    private NotMadeException(String what, KubernetesClientException refusal) {
      super(String.valueOf(refusal.getMessage()), refusal.getCode(), refusal.getStatus());
      this.what = what;
      addSuppressed(refusal);
    }

    /** The object's kind, namespace and name: webhooks seldom tell them. */
    String what() {
      return what;
    }
  }

  /**
   * Makes it, unless it is there.
   *
   * @throws KubernetesClientException for every other refusal
   */
  public static void unlessThere(Resource<? extends HasMetadata> object) {
    try {
      Object _ = object.create();
    } catch (KubernetesClientException e) {
      if (!saysThatItIsThere(e)
          && !(e.getCode() == HttpURLConnection.HTTP_FORBIDDEN && isThere(object))) {
        throw e.getCode() < HttpURLConnection.HTTP_BAD_REQUEST
            ? e
            : new NotMadeException(what(object.item()), e);
      }
    }
  }

  private static String what(HasMetadata object) {
    var metadata = object.getMetadata();
    var namespace = metadata.getNamespace();
    return "%s %s%s"
        .formatted(object.getKind(), namespace == null ? "" : namespace + "/", metadata.getName());
  }

  /**
   * By the reason, not the code: a quota that changes meanwhile is a conflict too, and then nothing
   * was made. KubeVirt's webhook looks for the name before the API server does, and has only words.
   */
  private static boolean saysThatItIsThere(KubernetesClientException refusal) {
    var status = refusal.getStatus();
    return (status != null && "AlreadyExists".equals(status.getReason()))
        || ApiTrouble.words(refusal).contains("already exists");
  }

  /** A quota that the object itself fills is asked before its name is looked up. */
  private static boolean isThere(Resource<?> object) {
    try {
      return object.get() != null;
    } catch (KubernetesClientException e) {
      // It may not be looked at: then the first refusal tells more.
      return false;
    }
  }
}
