using Esoz.Tests.Guards;

namespace Esoz.Tests.Deploy;

/// <summary>Checks of others on files of <c>deploy/</c> (tests/tools/deploy), which <c>./esoz test</c> fetches from npm.</summary>
internal static class DeployTools
{
    private static readonly string Folder = SourceTree.PathOf("obj", "deploy-tools");

    /// <summary>One line for each fault; skips the test where the checks were not fetched.</summary>
    /// <param name="kind"><c>kubernetes</c>, <c>compose</c> or <c>containerfile</c>.</param>
    public static async Task<string> Faults(string kind, params string[] files)
    {
        Assert.SkipUnless(Directory.Exists(Path.Combine(Folder, "node_modules", "kubernetes-models")), "needs kubernetes-models, which ./esoz test fetches");
        File.Copy(SourceTree.PathOf("tests", "tools", "deploy", "check.mjs"), Path.Combine(Folder, "check.mjs"), overwrite: true);
        var (exit, output, errors) = await new ForeignClient("node").Run([Path.Combine(Folder, "check.mjs"), kind, .. files]);
        Assert.True(errors.Length == 0 && exit == (output.Length == 0 ? 0 : 1), errors);
        return output;
    }
}
