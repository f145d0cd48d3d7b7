// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.page;

/** Whether somebody may see what the page shows. */
sealed interface Access {
  /** Somebody who may list the requests with kubectl. */
  record Granted() implements Access {}

  /** Nobody knows who it is. */
  record Unknown(String why) implements Access {}

  /** A user who may not. */
  record Forbidden(String why) implements Access {}
}
