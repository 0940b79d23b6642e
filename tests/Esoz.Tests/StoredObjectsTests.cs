using Esoz.Platform.Storage;

namespace Esoz.Tests;

/// <summary>In the embedded store.</summary>
public sealed class StoredObjectsTests(StoringRegistry registry) : StoredObjectsContract(registry), IClassFixture<StoringRegistry>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "The last step of an upload, between its record and the replacement, is waited for; one that fails there leaves what was sent before")]
    public async Task LastStep()
    {
        var contract = await WithFile();
        using var store = new FileSystemStore(Registry.Settings.Storage.Root, TimeProvider.System);
        var bucket = Registry.Settings.Buckets.AmbulatoryContracts;
        Task<Verified>? run = null;

        await store.WriteIf(bucket, FileOf(contract), new MemoryStream([1, 2, 3]), (_, _) => true, async (written, _, ct) =>
        {
            await Record(written, "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81", ct);
            run = Run("--deep");
        }, Ct);
        Assert.DoesNotContain(Found(await run!), it => it.Key.StartsWith($"{contract}", StringComparison.Ordinal));

        await Assert.ThrowsAsync<IOException>(() => store.WriteIf(bucket, FileOf(contract), new MemoryStream([4]), (_, _) => true,
            async (written, _, ct) =>
            {
                await Record(written, new string('0', 64), ct);
                throw new IOException("the last step fails");
            }, Ct));
        Assert.Equal([("warning", "former")], Found(await Run("--deep")).Where(it => it.Key.StartsWith($"{contract}", StringComparison.Ordinal))
            .Select(it => (it.Severity, it.Fault)));

        Task Record(ObjectInfo written, string digest, CancellationToken ct) => Registry.Execute("""
            INSERT INTO media_uploads (id, bucket, resource_id, name_digest, size, content_digest, content_md5, request_id)
            SELECT gen_random_uuid(), bucket, resource_id, name_digest, $2, $3, $4, 'request' FROM media_uploads
             WHERE resource_id = $1 LIMIT 1
            """, contract, written.Length, digest, written.ETag);
    }
}
