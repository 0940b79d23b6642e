using Esoz.Import;

namespace Esoz.Tests.Import;

/// <summary>Addresses of the НСЗУ file, each one line of text.</summary>
public sealed class NszuAddressTests
{
    [Theory(DisplayName = "Parts that can be parsed get their own member, the rest stays in street")]
    [InlineData(
        "Україна, 77701, Івано-Франківська обл., Богородчанський р-н, селище міського типу Богородчани, ВУЛИЦЯ ШЕВЧЕНКА, будинок 35",
        "77701", "Богородчанський р-н", "TOWNSHIP", "ВУЛИЦЯ ШЕВЧЕНКА", "35", null)]
    [InlineData("Україна, 42200, Сумська обл., місто Лебедин(з), вул.Гастелло, будинок 98, квартира 1, під'їзд 2", "42200", null, "CITY",
        "вул.Гастелло", "98", "квартира 1, під'їзд 2")]
    [InlineData("Київ, площа без номера", null, null, "SETTLEMENT", "Київ, площа без номера", null, null)]
    [InlineData("", null, null, "SETTLEMENT", null, null, null)]
    public void Parts(string text, string? zip, string? region, string settlementType, string? street, string? building, string? apartment)
    {
        var address = NszuAddress.Of("ОБЛАСТЬ", "МІСТО", text);

        Assert.Equal((zip, region, settlementType, street, building, apartment),
            (address.Zip, address.Region, address.SettlementType, address.Street, address.Building, address.Apartment));
        Assert.Equal(("ОБЛАСТЬ", "МІСТО", "UA", "REGISTRATION"), (address.Area, address.Settlement, address.Country, address.Type));
    }

    [Fact(DisplayName = "The same settlement has the same id in every address, another one another")]
    public void SettlementId()
    {
        var ids = new[] { "місто Буча, вулиця 1", "місто Буча, вулиця 2", "Бучанський р-н, місто Буча" }
            .Select(text => NszuAddress.Of("КИЇВСЬКА", "БУЧА", text).SettlementId).ToList();

        Assert.Equal((ids[0], 8), (ids[1], ids[0].Version));
        Assert.NotEqual(ids[0], ids[2]);
        Assert.NotEqual(ids[0], NszuAddress.Of("КИЇВСЬКА", "БОЯРКА", "").SettlementId);
    }
}
