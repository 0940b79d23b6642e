using System.Text.Json;
using Esoz.Tests.Guards;

namespace Esoz.Tests.SignIn;

/// <summary>The library openid-client as the server part of a MIS (tests/tools/oauth).</summary>
public static class ForeignOAuthClient
{
    private static readonly string Folder = SourceTree.PathOf("obj", "oauth-client");

    /// <summary>Runs the flow; skips the test where the library was not fetched.</summary>
    /// <param name="case">What flow.mjs reads.</param>
    public static async Task<JsonElement> Run(object @case)
    {
        Assert.SkipUnless(Directory.Exists(Path.Combine(Folder, "node_modules", "openid-client")), "needs openid-client, which ./esoz test fetches");
        File.Copy(SourceTree.PathOf("tests", "tools", "oauth", "flow.mjs"), Path.Combine(Folder, "flow.mjs"), overwrite: true);
        var client = new ForeignClient("node", ("ESOZ_CASE", JsonSerializer.Serialize(@case)));
        return JsonElement.Parse(await client.Succeeds(Path.Combine(Folder, "flow.mjs")));
    }
}
