using System.Text;
using System.Text.Json.Nodes;
using Esoz.Platform.Storage;
using Esoz.Sandbox.Signatures;
using Esoz.Tests.Platform.Signatures;
using Microsoft.Extensions.DependencyInjection;

namespace Esoz.Tests.Compositions;

/// <summary>The server with a worker, and a test authority that it trusts: persons can get keys and sign.</summary>
public class SigningRegistry(TestCluster cluster) : Registry(cluster)
{
    private TestAuthority? _authority;

    protected override Roles Roles => Roles.Api | Roles.Worker;

    protected override Task BeforeStart()
    {
        _authority = new TestAuthority(Path.Combine(DataDirectory, "lab"), Path.Combine(DataDirectory, "signatures"), TimeProvider.System);
        _authority.Create();
        return Task.CompletedTask;
    }

    /// <summary>A key of the person with this number; a national key unless another is requested.</summary>
    public string Key(string drfo, bool isExpired = false, bool isRevoked = false, LabAlgorithm algorithm = LabAlgorithm.Ecdsa)
    {
        var path = Path.Combine(DataDirectory, $"{Guid.NewGuid()}.pem");
        _authority!.Issue(algorithm, "Ткачук Олена Іванівна", drfo, null, isExpired, isRevoked, path);
        return path;
    }

    /// <summary>The author's own key.</summary>
    public async Task<string> KeyOf(CompositionCase given, LabAlgorithm algorithm = LabAlgorithm.Ecdsa) =>
        Key(await Scalar<string>("SELECT tax_id FROM parties WHERE id = $1", given.Party), algorithm: algorithm);

    public byte[] Signed(string content, string key) => _authority!.Sign(Encoding.UTF8.GetBytes(content), key);

    /// <summary>
    /// Containers that checks 1901 to 1906 refuse, the last check first: each has one fault more than the one before it, so that the answer
    /// is that of the earliest check.
    /// </summary>
    public IEnumerable<(string Error, byte[] Container)> Spoilt(string content, string drfo)
    {
        var expired = Key(drfo, isExpired: true);
        yield return ("1906: Invalid signature timestamp", Unstamped(content, Key(drfo)));
        yield return ("1905: Invalid certificate", Unstamped(content, expired));
        yield return ("1904: Invalid signature",
            Bent(Unstamped(content, expired), signers => signers[0].Children[^1].Content[^1] ^= 1));
        var broken = Bent(Unstamped("{", expired), signers => signers[0].Children[^1].Content[^1] ^= 1);
        yield return ("1903: Malformed encoded content", broken);
        yield return ("1902: Document must contain 1 signature",
            Bent(broken, signers => signers.Add(signers[0].Clone())));
        yield return ("1901: Invalid signed content", [1, 2, 3]);
    }

    private static byte[] Unstamped(string content, string key)
    {
        using var pair = KeyPair.Read(key);
        return ContainerWriter.Sign(Encoding.UTF8.GetBytes(content), pair, new ContainerForm(), TimeProvider.System.GetUtcNow());
    }

    private static byte[] Bent(byte[] container, Action<List<AsnTree>> signers)
    {
        var tree = AsnTree.Parse(container);
        signers(tree[1, 0].Children[^1].Children);
        return tree.Encode();
    }

    /// <summary>Creates a draft of the case, signed by its author: returns the id of a FINAL composition.</summary>
    public async Task<Guid> Final(CompositionCase given)
    {
        var id = await given.Draft();
        var job = (await given.SendAndWait("sign", id, Signed(await given.Shown(id), await KeyOf(given)))).Data;
        Assert.True(job.GetProperty("status").GetString() == "DONE", job.GetRawText());
        return id;
    }

    public static string Cancellation(Guid composition, string code = "INCORRECT_CATEGORY", string type = "TEMP_DISABILITY",
        string text = "Обрано хибну категорію") => new JsonObject
        {
            ["identifier"] = CompositionCase.Reference("composition", composition),
            ["reason"] = new JsonObject
            {
                ["coding"] = new JsonArray(
                    new JsonObject { ["system"] = $"eHealth/COMPOSITION_CANCELLATION_REASONS_{type}", ["code"] = code }),
                ["text"] = text,
            },
        }.ToJsonString();

    public Task<string> Status(Guid composition) => Scalar<string>("SELECT status FROM compositions WHERE id = $1", composition);

    /// <summary>Bytes of a stored object; null if it does not exist.</summary>
    public async Task<byte[]?> Kept(string key)
    {
        var store = Services.GetRequiredService<IObjectStore>();
        await using var kept = await store.Open(Settings.Buckets.Compositions, ObjectKey.Plain(key), null, CancellationToken.None);
        if (kept is null)
            return null;
        using var bytes = new MemoryStream();
        await kept.Content.CopyToAsync(bytes, CancellationToken.None);
        return bytes.ToArray();
    }

    public static void IsDone(Answer job) => Assert.True(job.Data.GetProperty("status").GetString() == "DONE", job.Text);

    /// <summary>The error of a failed job as the client reads it.</summary>
    public static string ErrorOf(Answer job)
    {
        Assert.Equal("FAILED", job.Data.GetProperty("status").GetString());
        return job.Data.GetProperty("links")[0].GetProperty("error").GetString()!;
    }
}
