using Esoz.Tests.Compositions;
using Esoz.Tests.Platform.Storage;

namespace Esoz.Tests;

/// <summary>A registry that stores objects of every kind, in the embedded store.</summary>
public class StoringRegistry(TestCluster cluster) : SigningRegistry(cluster)
{
    public virtual bool IsEmbedded => true;

    protected override Dictionary<string, string> Configuration => new() { ["PIS_BULK_ACTIONS_MAX_DEPTH"] = "2" };

    /// <summary>Of a command on this registry.</summary>
    public Dictionary<string, string> Environment => new(Configuration)
    {
        ["ESOZ_DATABASE"] = ConnectionString,
        ["ESOZ_DATA_DIR"] = DataDirectory,
    };
}

/// <summary>The same on a real S3 server, in buckets of its own.</summary>
public sealed class S3StoringRegistry(TestCluster cluster, RadosGateway gateway) : StoringRegistry(cluster)
{
    private readonly Dictionary<string, string> _storage = [];

    public override bool IsEmbedded => false;

    protected override Dictionary<string, string> Configuration => new(base.Configuration.Concat(_storage));

    protected override async Task BeforeStart()
    {
        await base.BeforeStart();
        var s3 = await gateway.Required();
        var name = $"stored-{Guid.NewGuid():n}";
        foreach (var suffix in new[] { "a", "b", "c" })
            await gateway.CreateBucket($"{name}-{suffix}");
        _storage["OBJECT_STORAGE_BACKEND"] = "s3";
        _storage["OBJECT_STORAGE_S3_ENDPOINT"] = s3.Endpoint;
        _storage["OBJECT_STORAGE_S3_ACCESS_KEY_ID"] = s3.AccessKeyId;
        _storage["OBJECT_STORAGE_S3_SECRET_ACCESS_KEY"] = s3.SecretAccessKey;
        _storage["OBJECT_STORAGE_BUCKET_MAP"] = $"ambulatory_contracts-dev={name}-a,bulk-actions={name}-b,compositions={name}-c";
    }
}
