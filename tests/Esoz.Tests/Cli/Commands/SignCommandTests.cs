using System.Text.Json;

namespace Esoz.Tests.Cli.Commands;

/// <summary><c>sign ca</c>, <c>issue</c>, <c>sign</c> and <c>verify</c>, each in its own process.</summary>
public sealed class SignCommandTests : IDisposable
{
    private const string Content = """{"id":"71d0c4e2-5b6f-4a38-92e7-0f1a2b3c4d5e"}""";

    private readonly string _directory = Directory.CreateTempSubdirectory("esoz-sign-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory(DisplayName =
        "Authority, key, container, check: a signed file is accepted, step by step, and a changed byte is refused with exit code 1")]
    [InlineData("dstu", "DSTU 4145, m = 257")]
    [InlineData("ecdsa", "ECDSA, P-256")]
    public async Task Works(string algorithm, string key)
    {
        var files = Lines(await Done("sign", "ca"));
        Assert.Equal(6, files.Length);
        Assert.All(files, file => Assert.True(File.Exists(file)));
        Assert.Equal(files, Lines(await Done("sign", "ca")));

        await Done("sign", "issue", "--drfo", "3126509816", "--name", "Шевченко Тарас Григорович", "--edrpou", "12345678", "--algorithm",
            algorithm, "--out", PathOf("key.pem"));
        await File.WriteAllTextAsync(PathOf("content.json"), Content, Ct);
        Assert.Equal(
            PathOf("content.p7s"),
            Lines(await Done("sign", "sign", PathOf("content.json"), "--key", PathOf("key.pem"), "--out", PathOf("content.p7s"))).Single());

        var text = await Done("sign", "verify", PathOf("content.p7s"));
        Assert.Contains($"good: {key}", text, StringComparison.Ordinal);
        Assert.Contains("ДРФО 3126509816, ЄДРПОУ 12345678", text, StringComparison.Ordinal);
        Assert.EndsWith("accepted\n", text, StringComparison.Ordinal);

        // A processor without carry-less multiplication gives the same result.
        Assert.Equal(text, (await RunWith([("DOTNET_EnableHWIntrinsic", "0")], "sign", "verify", PathOf("content.p7s"))).Output);

        var container = await File.ReadAllBytesAsync(PathOf("content.p7s"), Ct);
        container[container.AsSpan().IndexOf("71d0"u8)] = (byte)'8';
        await File.WriteAllBytesAsync(PathOf("content.p7s"), container, Ct);
        var (exit, output, _) = await Run("sign", "verify", PathOf("content.p7s"), "--json");
        // The steps go on after a failed one; the outcome is that of the first.
        var verdict = JsonElement.Parse(output);
        Assert.Equal(
            (1, "SignatureInvalid", false),
            (exit, verdict.GetProperty("outcome").GetString(), verdict.GetProperty("accepted").GetBoolean()));
        Assert.Equal([true, true, true, false, true, true], verdict.GetProperty("steps").EnumerateArray()
            .Select(step => step.GetProperty("is_passed").GetBoolean()));
    }

    [Theory(DisplayName = "A key can be issued with an expired or revoked certificate; its signatures are refused")]
    [InlineData("--expired", "is valid from")]
    [InlineData("--revoked", "was revoked on")]
    public async Task Bad(string option, string reason)
    {
        await Done("sign", "ca");
        await Done("sign", "issue", "--drfo", "3126509816", "--name", "Шевченко Тарас Григорович", option, "--out", PathOf("key.pem"));
        await File.WriteAllTextAsync(PathOf("content.json"), Content, Ct);
        await Done("sign", "sign", PathOf("content.json"), "--key", PathOf("key.pem"), "--out", PathOf("content.p7s"));

        var (exit, output, _) = await Run("sign", "verify", PathOf("content.p7s"));

        Assert.Equal(1, exit);
        Assert.Contains(reason, output, StringComparison.Ordinal);
        Assert.EndsWith("refused: CertificateInvalid\n", output, StringComparison.Ordinal);
    }

    [Fact(DisplayName =
        "Any content can be examined, in base64 too: signer, algorithm, chain and times are printed, and every code it would be refused with")]
    public async Task Examined()
    {
        await Done("sign", "ca");
        await Done("sign", "issue", "--drfo", "3126509816", "--name", "Шевченко Тарас Григорович", "--qualified", "seal", "--out", PathOf("key.pem"));
        await File.WriteAllTextAsync(PathOf("report.pdf"), "%PDF-1.7", Ct);
        await Done("sign", "sign", PathOf("report.pdf"), "--key", PathOf("key.pem"), "--stamp", "content", "--out", PathOf("report.p7s"));
        await File.WriteAllTextAsync(PathOf("data.txt"), Convert.ToBase64String(await File.ReadAllBytesAsync(PathOf("report.p7s"), Ct)), Ct);

        var (exit, output, _) = await Run("sign", "verify", PathOf("data.txt"), "--set", "SIGNATURE_QUALIFIED=certificate");

        Assert.Equal(1, exit);
        Assert.Contains("good  container    base64 of a CMS SignedData, ", output, StringComparison.Ordinal);
        Assert.Contains("BAD   content      it is not JSON (line 0, byte 0); it is a PDF document\n", output, StringComparison.Ordinal);
        Assert.Contains("good  signature    good: DSTU 4145, m = 257", output, StringComparison.Ordinal);
        Assert.Contains(" is not for signatures of persons: a seal or a web site (SIGNATURE_QUALIFIED)\n", output, StringComparison.Ordinal);
        Assert.Contains("good  timestamp    good: content time stamp of ", output, StringComparison.Ordinal);
        Assert.Contains("algorithm: DSTU 4145, m = 257\n", output, StringComparison.Ordinal);
        Assert.Contains("would be refused as 1903 SIGNATURE_CONTENT_NOT_JSON: Malformed encoded content\n", output, StringComparison.Ordinal);
        Assert.Contains("would be refused as 1905 SIGNATURE_CERTIFICATE_INVALID: Invalid certificate\n", output, StringComparison.Ordinal);
        Assert.EndsWith("refused: ContentNotJson\n", output, StringComparison.Ordinal);

        (exit, output, _) = await Run("sign", "verify", PathOf("report.p7s"), "--json");
        var verdict = JsonElement.Parse(output);
        Assert.Equal([1903], verdict.GetProperty("refusals").EnumerateArray().Select(refusal => refusal.GetProperty("code").GetInt32()));
        Assert.Equal(["Esoz test authority (dstu)"], verdict.GetProperty("signers")[0].GetProperty("chain").EnumerateArray()
            .Select(name => name.GetString()));

        (exit, output, _) = await Run("sign", "verify", PathOf("report.pdf"));
        Assert.Equal(1, exit);
        Assert.Contains("it is a PDF document, not a CMS\n", output, StringComparison.Ordinal);
        Assert.Contains("would be refused as 1901 SIGNATURE_CONTAINER_INVALID", output, StringComparison.Ordinal);
    }

    [Fact(DisplayName =
        "In production, without an authority, with an existing output file or a file that is not a key, it reports the error and ends with 1")]
    public async Task Refuses()
    {
        foreach (var arguments in new[] { new[] { "ca" }, ["issue", "--drfo", "1", "--name", "X", "--out", "f"],
            ["sign", "f", "--key", "f", "--out", "f"], ["verify", "f"] })
        {
            var (exit, _, errors) = await RunWith(
                [("ESOZ_DATABASE", "Host=none"), ("MEDIA_STORAGE_SIGNING_KEY", new string('k', 32))],
                ["sign", .. arguments, "--set", "ESOZ_MODE=production"]);
            Assert.Equal(
                (1, "sign works in sandbox mode only: a production registry trusts no test authority (ESOZ_MODE=production).\n"), (exit, errors));
        }
        Assert.Equal((1, "", "There is no test authority yet; create it with: esoz sign ca\n"),
            await Run("sign", "issue", "--drfo", "1", "--name", "X", "--out", PathOf("key.pem")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory));

        await Done("sign", "ca");
        await File.WriteAllTextAsync(PathOf("key.pem"), Content, Ct);
        Assert.Equal(1, (await Run("sign", "issue", "--drfo", "1", "--name", "X", "--out", PathOf("key.pem"))).Exit);
        var (_, _, notAKey) = await Run("sign", "sign", PathOf("key.pem"), "--key", PathOf("key.pem"), "--out", PathOf("content.p7s"));
        Assert.Contains("contains no private key with its certificate", notAKey, StringComparison.Ordinal);
        Assert.Equal(Content, await File.ReadAllTextAsync(PathOf("key.pem"), Ct));
        Assert.Equal(2, (await Run("sign", "issue")).Exit);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private string PathOf(string name) => Path.Combine(_directory, name);

    private static string[] Lines(string output) => output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private async Task<string> Done(params string[] arguments)
    {
        var (exit, output, errors) = await Run(arguments);
        Assert.True(exit == 0, errors);
        return output;
    }

    private Task<(int Exit, string Output, string Errors)> Run(params string[] arguments) => RunWith([], arguments);

    private Task<(int Exit, string Output, string Errors)> RunWith((string Name, string Value)[] variables, params string[] arguments)
    {
        var environment = new Dictionary<string, string> { ["ESOZ_DATA_DIR"] = _directory };
        foreach (var (name, value) in variables)
            environment[name] = value;
        return EsozProgram.Run(environment, arguments);
    }
}
