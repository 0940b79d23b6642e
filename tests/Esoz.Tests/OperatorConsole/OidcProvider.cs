using System.Diagnostics;
using System.Text.Json;
using Esoz.Tests.Guards;

namespace Esoz.Tests.OperatorConsole;

/// <summary>
/// A real OpenID Connect provider, npm's oidc-provider (tests/tools/oauth/provider.mjs). Like <see cref="SignIn.ForeignOAuthClient"/> it is
/// fetched by ./esoz test; without it its tests are skipped.
/// </summary>
internal sealed class OidcProvider : IDisposable
{
    public const string ClientId = "registry";
    public const string ClientSecret = "secret-of-the-registry-at-the-provider";

    private readonly Process _process;

    private OidcProvider(Process process, string port) => (_process, Issuer) = (process, $"http://127.0.0.1:{port}");

    public string Issuer { get; }

    private static string Folder { get; } = SourceTree.PathOf("obj", "oauth-client");

    public static bool IsFetched => Directory.Exists(Path.Combine(Folder, "node_modules", "oidc-provider"));

    /// <summary>Settings of a registry whose operators sign in there.</summary>
    public Dictionary<string, string> Settings => new()
    {
        ["OIDC_ISSUER"] = Issuer,
        ["OIDC_NAME"] = "Keys & Co",
        ["OIDC_CLIENT_ID"] = ClientId,
        ["OIDC_CLIENT_SECRET"] = ClientSecret,
    };

    /// <param name="accounts">Claims by name.</param>
    public static async Task<OidcProvider> Start(object accounts)
    {
        File.Copy(SourceTree.PathOf("tests", "tools", "oauth", "provider.mjs"), Path.Combine(Folder, "provider.mjs"), overwrite: true);
        var process = Process.Start(new ProcessStartInfo("node", [Path.Combine(Folder, "provider.mjs")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["ESOZ_CASE"] = JsonSerializer.Serialize(new { clientId = ClientId, clientSecret = ClientSecret, accounts }),
            },
        })!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        return new(process, (await Eventually.Ends(process.StandardOutput.ReadLineAsync()))!);
    }

    /// <summary>Serves, now that the registry has an address.</summary>
    public async Task Serve(Uri registry)
    {
        await _process.StandardInput.WriteLineAsync(registry.GetLeftPart(UriPartial.Authority));
        Assert.Equal("ready", await Eventually.Ends(_process.StandardOutput.ReadLineAsync()));
        // A pipe that nobody reads would stop it.
        _ = _process.StandardOutput.ReadToEndAsync();
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }
}
