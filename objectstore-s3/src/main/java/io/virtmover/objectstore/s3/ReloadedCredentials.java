// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.location.Credentials;
import io.virtmover.location.CredentialsProfile;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/** What a credentials file says now. A role stays the same one until the file says another. */
final class ReloadedCredentials implements AwsCredentialsProvider {
  private final WatchedFile<CredentialsProfile> file;
  private final Function<Credentials, AwsCredentialsProvider> providers;
  private @Nullable Credentials current;
  private @Nullable AwsCredentialsProvider provider;

  ReloadedCredentials(
      WatchedFile<CredentialsProfile> file,
      Function<Credentials, AwsCredentialsProvider> providers) {
    this.file = file;
    this.providers = providers;
  }

  @Override
  public AwsCredentials resolveCredentials() {
    return provider().resolveCredentials();
  }

  private synchronized AwsCredentialsProvider provider() {
    var read = file.content().credentials().orElseThrow();
    var same = provider;
    if (same == null || !read.equals(current)) {
      same = providers.apply(read);
      provider = same;
      current = read;
    }
    return same;
  }
}
