using Esoz.Dictionaries;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Esoz.Tests.Dictionaries;

/// <summary>Codes that a dictionary currently allows (data-model §8).</summary>
public sealed class DictionaryCodesTests(Registry registry) : IClassFixture<Registry>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "Active values of an active dictionary, and nothing else")]
    public async Task Active()
    {
        var codes = registry.Services.GetRequiredService<DictionaryCodes>();
        await registry.Execute("UPDATE dictionary_values SET is_active = false WHERE code = 'FEMALE'");
        await registry.Execute("UPDATE dictionaries SET is_active = false WHERE name = 'PHONE_TYPE'");

        Assert.Equal(["MALE"], await codes.Of("GENDER", Ct));
        Assert.Empty(await codes.Of("PHONE_TYPE", Ct));
        Assert.Empty(await codes.Of("NO_SUCH_DICTIONARY", Ct));
    }

    [Fact(DisplayName = "They can be loaded even when the callers hold all connections of the pool")]
    public async Task PoolInUse()
    {
        var held = new List<NpgsqlConnection>();
        try
        {
            for (var i = 0; i < new NpgsqlConnectionStringBuilder(registry.Database.Source.ConnectionString).MaxPoolSize; i++)
                held.Add(await registry.Database.Source.OpenConnectionAsync(Ct));

            var codes = new DictionaryCodes(registry.Database, TimeProvider.System);
            var found = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => codes.Of("LICENSE_TYPE", Ct)));

            Assert.All(found, set => Assert.Contains("PHARMACY_DRUGS", set.AsEnumerable()));
        }
        finally
        {
            foreach (var connection in held)
                await connection.DisposeAsync();
        }
    }
}
