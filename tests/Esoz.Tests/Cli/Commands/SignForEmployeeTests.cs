using System.Text.Json;

namespace Esoz.Tests.Cli.Commands;

/// <summary><c>sign issue --for</c>: a key for a person of the registry.</summary>
public sealed class SignForEmployeeTests(Registry registry) : IClassFixture<Registry>
{
    [Fact(DisplayName = "The certificate has the name and the number that the registry has of the employee; an unknown employee is a failure")]
    public async Task Issues()
    {
        var employee = await registry.Given.Employee(await registry.Given.LegalEntity(), await registry.Given.Party("3126509816"));
        await registry.Execute("UPDATE parties SET second_name = 'Іванівна' WHERE tax_id = '3126509816'");
        var (key, content, container) = (Path("key.pem"), Path("content.json"), Path("content.p7s"));
        await File.WriteAllTextAsync(content, "{}", TestContext.Current.CancellationToken);

        await Done("sign", "ca", "--json");
        var issued = JsonElement.Parse(await Done("sign", "issue", "--for", $"{employee}", "--out", key, "--json"));
        Assert.Equal(key, issued.GetProperty("file").GetString());
        await Done("sign", "sign", content, "--key", key, "--out", container);
        var signer = JsonElement.Parse(await Done("sign", "verify", container, "--json")).GetProperty("signer");
        Assert.Equal(("Ткачук Олена Іванівна", "3126509816"),
            (signer.GetProperty("common_name").GetString(), signer.GetProperty("drfo").GetString()));

        var unknown = Guid.NewGuid();
        var (exit, _, errors) = await Run("sign", "issue", "--for", $"{unknown}", "--out", Path("other.pem"));
        Assert.Equal((1, $"There is no employee {unknown}.\n"), (exit, errors));
    }

    private string Path(string name) => System.IO.Path.Combine(registry.DataDirectory, name);

    private async Task<string> Done(params string[] arguments)
    {
        var (exit, output, errors) = await Run(arguments);
        Assert.True(exit == 0, errors);
        return output;
    }

    private Task<(int Exit, string Output, string Errors)> Run(params string[] arguments) => EsozProgram.Run(
        new Dictionary<string, string> { ["ESOZ_DATA_DIR"] = registry.DataDirectory, ["ESOZ_DATABASE"] = registry.ConnectionString }, arguments);
}
