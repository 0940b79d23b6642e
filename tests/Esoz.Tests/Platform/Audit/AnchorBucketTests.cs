using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.S3;
using Esoz.Platform.Audit;
using Esoz.Platform.Storage;
using Esoz.Tests.Cli;
using Esoz.Tests.Platform.Storage;

namespace Esoz.Tests.Platform.Audit;

/// <summary>Anchors in a bucket of a real Ceph RGW, with and without object lock (docs/adr/0042).</summary>
public sealed class AnchorBucketTests(TestCluster cluster, RadosGateway gateway)
{
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);
    private static int _buckets;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory(DisplayName = "In a bucket with object lock every copy has its retention, and nobody can remove or shorten it")]
    [InlineData(RetentionMode.Compliance)]
    [InlineData(RetentionMode.Governance)]
    public async Task Locked(RetentionMode mode)
    {
        await using var registry = await SealedRegistry.Started(cluster);
        using var store = await Store();
        var bucket = await NewBucket(store, hasLock: true);
        Assert.True(await store.HasLock(bucket, Ct));
        await registry.OldRows(50, 3);
        await Sealer(registry, new(store, bucket, Year, mode)).Run(Ct);

        var anchors = new AnchorBucket(store, bucket, Year, mode);
        var verdict = await registry.Verify(anchors);
        Assert.Empty(verdict.Findings);
        Assert.Equal(verdict.Logs.Sum(it => it.Seals), verdict.Anchored);

        using var client = await Client();
        var versions = (await client.ListVersionsAsync(bucket.Physical, Ct)).Versions;
        Assert.Equal(2, versions.Count);
        foreach (var version in versions)
        {
            var retention = (await client.GetObjectRetentionAsync(
                new() { BucketName = bucket.Physical, Key = version.Key, VersionId = version.VersionId }, Ct)).Retention;
            Assert.Equal(
                mode == RetentionMode.Compliance ? ObjectLockRetentionMode.Compliance : ObjectLockRetentionMode.Governance, retention.Mode);
            Assert.InRange(retention.RetainUntilDate!.Value.ToUniversalTime(), DateTime.UtcNow.AddDays(364), DateTime.UtcNow.AddDays(366));
            var refused = await Assert.ThrowsAsync<AmazonS3Exception>(
                () => client.DeleteObjectAsync(bucket.Physical, version.Key, version.VersionId, Ct));
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            await Assert.ThrowsAsync<AmazonS3Exception>(() => client.PutObjectRetentionAsync(new()
            {
                BucketName = bucket.Physical,
                Key = version.Key,
                VersionId = version.VersionId,
                Retention = new() { Mode = retention.Mode, RetainUntilDate = DateTime.UtcNow.AddDays(1) },
            }, Ct));
        }
    }

    [Fact(DisplayName = "With zero days the default retention of the bucket counts")]
    public async Task DefaultRetention()
    {
        await using var registry = await SealedRegistry.Started(cluster);
        using var store = await Store();
        var bucket = await NewBucket(store, hasLock: true);
        using var client = await Client();
        await client.PutObjectLockConfigurationAsync(new()
        {
            BucketName = bucket.Physical,
            ObjectLockConfiguration = new()
            {
                ObjectLockEnabled = ObjectLockEnabled.Enabled,
                Rule = new() { DefaultRetention = new() { Days = 3, Mode = ObjectLockRetentionMode.Governance } },
            },
        }, Ct);

        await Sealer(registry, new(store, bucket, TimeSpan.Zero, RetentionMode.Compliance)).Run(Ct);

        var versions = (await client.ListVersionsAsync(bucket.Physical, Ct)).Versions;
        Assert.Equal(2, versions.Count);
        foreach (var version in versions)
        {
            var retention = (await client.GetObjectRetentionAsync(
                new() { BucketName = bucket.Physical, Key = version.Key, VersionId = version.VersionId }, Ct)).Retention;
            Assert.Equal(ObjectLockRetentionMode.Governance, retention.Mode);
            Assert.InRange(retention.RetainUntilDate!.Value.ToUniversalTime(), DateTime.UtcNow.AddDays(2.9), DateTime.UtcNow.AddDays(3.1));
        }
    }

    [Fact(DisplayName = "A tail that is removed with its seals, and from the directory, is found by the bucket; one that cannot be read is a finding")]
    public async Task Found()
    {
        await using var registry = await SealedRegistry.Started(cluster);
        using var store = await Store();
        var anchors = new AnchorBucket(store, await NewBucket(store, hasLock: false), Year, RetentionMode.Compliance);
        await registry.OldRows(50, 3);
        await Sealer(registry, anchors).Run(Ct);
        await registry.Tamper("CREATE TABLE former AS TABLE audit_log; CREATE TABLE former_seals AS TABLE audit_seals");
        await registry.Given.LegalEntity();
        await Sealer(registry, anchors).Run(Ct);
        Assert.Empty((await registry.Verify(anchors)).Findings);

        await registry.Tamper("""
            DELETE FROM audit_log WHERE id NOT IN (SELECT id FROM former);
            DELETE FROM audit_seals s WHERE NOT EXISTS (SELECT FROM former_seals f WHERE (f.log, f.number) = (s.log, s.number))
            """);

        Assert.Contains((await registry.Verify(anchors)).Findings, found =>
            found.Log == "audit_log" && found.Found.Contains("was anchored, but is not in the database", StringComparison.Ordinal));
        var nowhere = new AnchorBucket(store, new("none", "there-is-none"), Year, RetentionMode.Compliance);
        Assert.Contains((await registry.Verify(nowhere)).Findings, found => found.Found.Contains("cannot be read", StringComparison.Ordinal));
    }

    [Fact(DisplayName = "A new process adds only what the bucket does not have: it is told so by the newest object, days and proofs by their names")]
    public async Task NewProcess()
    {
        await using var registry = await SealedRegistry.Started(cluster);
        using var store = await Store();
        var bucket = await NewBucket(store, hasLock: false);
        var anchors = new AnchorBucket(store, bucket, Year, RetentionMode.Compliance);
        await registry.OldRows(50, 3);
        await registry.OldRequests(5, 1);
        await Sealer(registry, anchors).Run(Ct);
        // The next two days have seals of the audit log only, and end.
        foreach (var days in new[] { 1, 2 })
        {
            await registry.Given.LegalEntity();
            await Sealer(registry, anchors, TimeSpan.FromDays(days)).Run(Ct);
        }
        var before = await Lines(store, bucket);

        await Sealer(registry, anchors, TimeSpan.FromDays(2)).Run(Ct);
        Assert.Equal(before, await Lines(store, bucket));

        await registry.Given.LegalEntity();
        await Sealer(registry, anchors, TimeSpan.FromDays(2)).Run(Ct);
        var added = (await Lines(store, bucket)).Except(before, StringComparer.Ordinal).ToList();
        Assert.Single(added);
        var verdict = await registry.Verify(anchors);
        Assert.Empty(verdict.Findings);
        Assert.Equal(2, verdict.Days);
        Assert.Equal(verdict.Logs.Sum(it => it.Seals) + 2, verdict.Anchored);
    }

    [Fact(DisplayName = "The embedded store keeps copies too, without a lock")]
    public async Task Embedded()
    {
        await using var registry = await SealedRegistry.Started(cluster);
        using var store = new FileSystemStore(Path.Combine(registry.DataDirectory, "objects"), TimeProvider.System);
        var bucket = new Bucket("audit", "audit");
        Assert.False(await store.HasLock(bucket, Ct));
        var anchors = new AnchorBucket(store, bucket, Year, RetentionMode.Compliance);
        for (var days = 0; days < 2; days++)
        {
            await registry.Given.LegalEntity();
            await Sealer(registry, anchors, TimeSpan.FromDays(days)).Run(Ct);
        }

        Assert.Null(await anchors.OldestMissing(registry.Database, TimeSpan.Zero, Ct));
        var verdict = await registry.Verify(anchors);
        Assert.Empty(verdict.Findings);
        Assert.Equal(verdict.Logs.Sum(it => it.Seals) + 1, verdict.Anchored);
    }

    [Fact(DisplayName = "While the bucket is away seals go on and the directory gets its copies; then the bucket is caught up")]
    public async Task Outage()
    {
        await using var registry = await SealedRegistry.Started(cluster);
        var options = await gateway.Required();
        using var store = await Store();
        var bucket = await NewBucket(store, hasLock: false);
        await using var line = new Line(new Uri(options.Endpoint).Port);
        using var farStore = new S3Store(options with { Endpoint = line.Url }, TimeProvider.System);
        var anchors = new AnchorBucket(farStore, bucket, Year, RetentionMode.Compliance);
        var sealer = SealedRegistry.Sealer(registry, TimeSpan.Zero, [anchors, new AnchorDirectory(registry.Anchors)]);
        await registry.Given.LegalEntity();
        Assert.Equal(1, await sealer.Run(Ct));

        line.Cut();
        await registry.Given.LegalEntity();
        var missed = await Assert.ThrowsAsync<IOException>(() => sealer.Run(Ct));
        Assert.Contains(bucket.Physical, missed.Message, StringComparison.Ordinal);
        var verdict = await registry.Verify();
        Assert.Empty(verdict.Findings);
        Assert.Equal((0, verdict.Logs.Sum(it => it.Seals)), (verdict.Logs.Sum(it => it.Unsealed), (long)verdict.Anchored));
        var near = new AnchorBucket(store, bucket, Year, RetentionMode.Compliance);
        Assert.NotNull(await near.OldestMissing(registry.Database, TimeSpan.Zero, Ct));

        line.Mend();
        await sealer.Run(Ct);
        Assert.Null(await near.OldestMissing(registry.Database, TimeSpan.Zero, Ct));
        verdict = await registry.Verify(near);
        Assert.Empty(verdict.Findings);
        Assert.Equal(verdict.Logs.Sum(it => it.Seals), verdict.Anchored);
    }

    [Fact(DisplayName = "create-buckets makes the bucket of the anchors with object lock; audit seal, audit verify and doctor use it, doctor says when it lacks the lock, seals, or answers")]
    public async Task Commands()
    {
        var options = await gateway.Required();
        var number = Interlocked.Increment(ref _buckets);
        await using var registry = await SealedRegistry.Started(cluster, ("OBJECT_STORAGE_BACKEND", "s3"),
            ("OBJECT_STORAGE_S3_ENDPOINT", options.Endpoint), ("OBJECT_STORAGE_S3_ACCESS_KEY_ID", options.AccessKeyId),
            ("OBJECT_STORAGE_S3_SECRET_ACCESS_KEY", options.SecretAccessKey), ("AUDIT_ANCHOR_BUCKET", $"audit-{number}"),
            ("AUDIT_ANCHOR_RETENTION_DAYS", "2"), ("AUDIT_ANCHOR_RETENTION_MODE", "governance"),
            ("OBJECT_STORAGE_BUCKET_MAP", $"ambulatory_contracts-dev=c-{number},bulk-actions=b-{number},compositions=m-{number}"));
        await registry.OldRows(20, 3);
        Assert.Matches($"audit-{number} +created", await Output(registry, 0, "storage", "create-buckets"));

        await registry.Seal();
        await registry.Tamper("UPDATE audit_seals SET sealed_at = sealed_at - interval '16 minutes'");
        Assert.Matches($"audit anchors.*bucket audit-{number} lacks the seals since 20", await Doctor(registry));
        await registry.Tamper("UPDATE audit_seals SET sealed_at = sealed_at + interval '16 minutes'");
        await Output(registry, 0, "audit", "seal");
        Assert.Matches("audit anchors.*has every seal", await Doctor(registry));
        Assert.Matches("audit object lock.*2 days, GOVERNANCE", await Doctor(registry));
        Directory.Delete(registry.Anchors, recursive: true);
        Assert.Matches("[1-9][0-9]* anchors, 0 findings", await Output(registry, 0, "audit", "verify"));

        using var store = await Store();
        registry.Extra["AUDIT_ANCHOR_BUCKET"] = (await NewBucket(store, hasLock: false)).Physical;
        Assert.Matches("audit object lock.*has no object lock", await Doctor(registry));
        registry.Extra["AUDIT_ANCHOR_BUCKET"] = "there-is-none";
        Assert.Matches("audit anchors.*bucket there-is-none cannot be read", await Doctor(registry));
    }

    private static async Task<string> Doctor(SealedRegistry registry) => (await EsozProgram.Run(registry.ProcessSettings, ["doctor"])).Output;

    private static async Task<string> Output(SealedRegistry registry, int expected, params string[] arguments)
    {
        var (exit, output, errors) = await EsozProgram.Run(registry.ProcessSettings, arguments);
        Assert.True(exit == expected, $"{output}{errors}");
        return output;
    }

    private static SealAudit Sealer(SealedRegistry registry, AnchorBucket anchors, TimeSpan ahead = default) =>
        SealedRegistry.Sealer(registry, ahead, [anchors]);

    private async Task<S3Store> Store() => new(await gateway.Required(), TimeProvider.System);

    private async Task<AmazonS3Client> Client()
    {
        var options = await gateway.Required();
        return new(new BasicAWSCredentials(options.AccessKeyId, options.SecretAccessKey),
            new AmazonS3Config { ServiceURL = options.Endpoint, ForcePathStyle = true });
    }

    private static async Task<Bucket> NewBucket(S3Store store, bool hasLock)
    {
        var name = $"anchors-{Interlocked.Increment(ref _buckets)}";
        Assert.Equal((true, null), await store.CreateBucket(new(name, name), hasLock, Ct));
        return new(name, name);
    }

    /// <summary>Lines of all objects with copies, without those that an object repeats.</summary>
    private static async Task<SortedSet<string>> Lines(S3Store store, Bucket bucket)
    {
        var lines = new SortedSet<string>(StringComparer.Ordinal);
        await foreach (var item in store.List(bucket, "", Ct))
        {
            await using var stored = await store.Open(bucket, item.Key, null, Ct);
            using var reader = new StreamReader(stored!.Content);
            lines.UnionWith((await reader.ReadToEndAsync(Ct)).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }
        return lines;
    }

    /// <summary>The way to the store, which can be cut.</summary>
    private sealed class Line : IAsyncDisposable
    {
        private readonly int _target;
        private readonly int _port;
        private readonly List<TcpClient> _open = [];
        private TcpListener _listener;

        public Line(int target)
        {
            (_target, _listener) = (target, new(IPAddress.Loopback, 0));
            _listener.Start();
            _port = ((IPEndPoint)_listener.LocalEndpoint).Port;
            _ = Accept(_listener);
        }

        public string Url => $"http://127.0.0.1:{_port}";

        public void Cut()
        {
            _listener.Stop();
            lock (_open)
            {
                foreach (var client in _open)
                    client.Dispose();
                _open.Clear();
            }
        }

        public void Mend()
        {
            _listener = new(IPAddress.Loopback, _port);
            _listener.Start();
            _ = Accept(_listener);
        }

        public ValueTask DisposeAsync()
        {
            Cut();
            return default;
        }

        private async Task Accept(TcpListener listener)
        {
            try
            {
                while (true)
                {
                    var near = await listener.AcceptTcpClientAsync();
                    var far = new TcpClient();
                    await far.ConnectAsync(IPAddress.Loopback, _target);
                    lock (_open)
                        _open.AddRange([near, far]);
                    _ = Copy(near, far);
                    _ = Copy(far, near);
                }
            }
            catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
            {
                // Cut.
            }
        }

        private static async Task Copy(TcpClient from, TcpClient to)
        {
            try
            {
                await from.GetStream().CopyToAsync(to.GetStream());
                to.Client.Shutdown(SocketShutdown.Send);
            }
            catch (Exception closed) when (closed is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
            {
                // Cut.
            }
        }
    }
}
