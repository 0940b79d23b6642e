using System.Text;
using Esoz.Platform.Access;

namespace Esoz.Bench;

/// <summary>Requesting a signed link: key, token and schema check, canonical name, HMAC, one log line, answer. No database.</summary>
public static class GenerateUrlBench
{
    public static readonly Comparison Comparison = new("generate-url",
        $"POST {Path} under wrk: key and token check, schema, name, signature, log line, answer",
        "the same web server answering the same requests with one constant answer, in a process of its own",
        0.5, Prepare, Refill);

    private const string Path = "/api/admin/contracts/media_storage/generate_url";
    private const string Body =
        """{"action":"PUT","resource_id":"c4f1e2d3-0b9a-4d58-8c67-1a2b3c4d5e6f","resource_name":"%D0%94%D0%BE%D0%B3%D0%BE%D0%B2%D1%96%D1%80%202026.p7s"}""";

    private static readonly Guid Nhs = Guid.Parse("0d9e8c7b-0000-4000-8000-000000000004");
    private static readonly Guid User = Guid.Parse("0d9e8c7b-0000-4000-8000-000000000005");

    private static async Task<Subjects> Prepare(BenchInstallation installation)
    {
        var registrar = new Registrar(installation.Database);
        await registrar.Register(new(Nhs, "NHS", null, null, "DIRECT", null), CancellationToken.None);
        var token = await registrar.IssueToken(Nhs, User, "private_contracts:write", TimeSpan.FromHours(1), CancellationToken.None);
        var key = await registrar.IssueKey(Nhs, TimeSpan.FromHours(1), CancellationToken.None);
        return new(
            $"""
            wrk.method = "POST"
            wrk.path = "{Path}"
            wrk.headers["Authorization"] = "Bearer {token}"
            wrk.headers["api-key"] = "{key}"
            wrk.headers["Content-Type"] = "application/json"
            wrk.body = '{Body}'
            """,
            Constant: () => ConstantServer.Like(new(HttpMethod.Post, BenchInstallation.Url + Path)
            {
                Headers = { { "Authorization", $"Bearer {token}" }, { "api-key", key } },
                Content = new StringContent(Body, Encoding.UTF8, "application/json"),
            }));
    }

    /// <summary>Signing consumes no data.</summary>
    private static Task Refill(BenchInstallation installation, int rows) => Task.CompletedTask;
}
