namespace Esoz.Sandbox.Generate;

/// <summary>A settlement of Ukraine with the parts of an address. The coordinates are those of its centre.</summary>
internal sealed record Place(string Area, string? Region, string Settlement, string Type, double Latitude, double Longitude, string Zip)
{
    private static readonly string[] Streets =
    [
        "Тараса Шевченка", "Івана Франка", "Лесі Українки", "Михайла Грушевського", "Богдана Хмельницького", "Соборна",
        "Незалежності", "Миру",
        "Центральна", "Молодіжна", "Садова", "Шкільна", "Лісова", "Польова", "Набережна", "Зелена", "Європейська", "Київська",
        "Героїв Крут",
        "Степана Бандери", "Миколи Лисенка", "Пилипа Орлика", "Василя Стуса", "Ольги Кобилянської", "Перемоги", "Медична",
        "Лікарняна", "Козацька",
    ];

    private static readonly string[] StreetTypes = ["STREET", "STREET", "STREET", "STREET", "STREET", "STREET", "LANE", "AVENUE",
        "BOULEVARD", "SQUARE"];

    public static readonly Place[] All =
    [
        new("М.КИЇВ", null, "Київ", "CITY", 50.4501, 30.5234, "01001"),
        new("ЛЬВІВСЬКА", "ЛЬВІВСЬКИЙ", "Львів", "CITY", 49.8397, 24.0297, "79000"),
        new("ХАРКІВСЬКА", "ХАРКІВСЬКИЙ", "Харків", "CITY", 49.9935, 36.2304, "61000"),
        new("ОДЕСЬКА", "ОДЕСЬКИЙ", "Одеса", "CITY", 46.4825, 30.7233, "65000"),
        new("ДНІПРОПЕТРОВСЬКА", "ДНІПРОВСЬКИЙ", "Дніпро", "CITY", 48.4647, 35.0462, "49000"),
        new("ДНІПРОПЕТРОВСЬКА", "КРИВОРІЗЬКИЙ", "Кривий Ріг", "CITY", 47.9105, 33.3918, "50000"),
        new("ВІННИЦЬКА", "ВІННИЦЬКИЙ", "Вінниця", "CITY", 49.2331, 28.4682, "21000"),
        new("ВОЛИНСЬКА", "ЛУЦЬКИЙ", "Луцьк", "CITY", 50.7472, 25.3254, "43000"),
        new("ЖИТОМИРСЬКА", "ЖИТОМИРСЬКИЙ", "Житомир", "CITY", 50.2547, 28.6587, "10000"),
        new("ЖИТОМИРСЬКА", "БЕРДИЧІВСЬКИЙ", "Бердичів", "CITY", 49.8995, 28.6024, "13300"),
        new("ЗАКАРПАТСЬКА", "УЖГОРОДСЬКИЙ", "Ужгород", "CITY", 48.6208, 22.2879, "88000"),
        new("ЗАКАРПАТСЬКА", "РАХІВСЬКИЙ", "Рахів", "CITY", 48.0544, 24.2056, "90600"),
        new("ЗАПОРІЗЬКА", "ЗАПОРІЗЬКИЙ", "Запоріжжя", "CITY", 47.8388, 35.1396, "69000"),
        new("ІВАНО-ФРАНКІВСЬКА", "ІВАНО-ФРАНКІВСЬКИЙ", "Івано-Франківськ", "CITY", 48.9226, 24.7111, "76000"),
        new("ІВАНО-ФРАНКІВСЬКА", "ВЕРХОВИНСЬКИЙ", "Верховина", "SETTLEMENT", 48.1553, 24.8297, "78700"),
        new("КИЇВСЬКА", "БІЛОЦЕРКІВСЬКИЙ", "Біла Церква", "CITY", 49.7968, 30.1311, "09100"),
        new("КИЇВСЬКА", "БРОВАРСЬКИЙ", "Бровари", "CITY", 50.5110, 30.7900, "07400"),
        new("КІРОВОГРАДСЬКА", "КРОПИВНИЦЬКИЙ", "Кропивницький", "CITY", 48.5079, 32.2623, "25000"),
        new("ЛЬВІВСЬКА", "ДРОГОБИЦЬКИЙ", "Дрогобич", "CITY", 49.3499, 23.5056, "82100"),
        new("ЛЬВІВСЬКА", "САМБІРСЬКИЙ", "Самбір", "CITY", 49.5183, 23.1975, "81400"),
        new("МИКОЛАЇВСЬКА", "МИКОЛАЇВСЬКИЙ", "Миколаїв", "CITY", 46.9750, 31.9946, "54000"),
        new("ОДЕСЬКА", "ІЗМАЇЛЬСЬКИЙ", "Ізмаїл", "CITY", 45.3503, 28.8403, "68600"),
        new("ПОЛТАВСЬКА", "ПОЛТАВСЬКИЙ", "Полтава", "CITY", 49.5883, 34.5514, "36000"),
        new("ПОЛТАВСЬКА", "МИРГОРОДСЬКИЙ", "Великі Сорочинці", "VILLAGE", 50.0258, 33.9436, "37645"),
        new("РІВНЕНСЬКА", "РІВНЕНСЬКИЙ", "Рівне", "CITY", 50.6199, 26.2516, "33000"),
        new("СУМСЬКА", "СУМСЬКИЙ", "Суми", "CITY", 50.9077, 34.7981, "40000"),
        new("ТЕРНОПІЛЬСЬКА", "ТЕРНОПІЛЬСЬКИЙ", "Тернопіль", "CITY", 49.5535, 25.5948, "46000"),
        new("ХЕРСОНСЬКА", "ХЕРСОНСЬКИЙ", "Херсон", "CITY", 46.6354, 32.6169, "73000"),
        new("ХМЕЛЬНИЦЬКА", "ХМЕЛЬНИЦЬКИЙ", "Хмельницький", "CITY", 49.4230, 26.9871, "29000"),
        new("ЧЕРКАСЬКА", "ЧЕРКАСЬКИЙ", "Черкаси", "CITY", 49.4444, 32.0598, "18000"),
        new("ЧЕРКАСЬКА", "УМАНСЬКИЙ", "Умань", "CITY", 48.7484, 30.2218, "20300"),
        new("ЧЕРНІВЕЦЬКА", "ЧЕРНІВЕЦЬКИЙ", "Чернівці", "CITY", 48.2921, 25.9358, "58000"),
        new("ЧЕРНІГІВСЬКА", "ЧЕРНІГІВСЬКИЙ", "Чернігів", "CITY", 51.4982, 31.2893, "14000"),
    ];

    /// <summary>The same in every registry: settlements are not synthetic data.</summary>
    public Guid SettlementId { get; } = Dice.Id(0, Kind.Settlement, StableNumber(Area + Settlement));

    public bool IsInTheMountains => Settlement is "Рахів" or "Верховина";

    /// <summary>An address in this settlement.</summary>
    public Address Draw(string type, ref Dice dice) => new(this, type, dice.Pick(StreetTypes), dice.Pick(Streets), 1 + dice.Next(160));

    private static long StableNumber(string text) => text.Aggregate(17L, (number, letter) => (number * 31) + letter);
}

/// <summary>Address of a building.</summary>
internal readonly record struct Address(Place Place, string Type, string StreetType, string Street, int Building)
{
    public string Json => $$"""
        {"type":"{{Type}}","country":"UA","area":"{{Place.Area}}","region":{{(Place.Region is null ? "null" : $"\"{Place.Region}\"")}},"settlement":"{{Place.Settlement}}","settlement_type":"{{Place.Type}}","settlement_id":"{{Place.SettlementId}}","street_type":"{{StreetType}}","street":"{{Street}}","building":"{{Building}}","apartment":null,"zip":"{{Place.Zip}}"}
        """;

    /// <summary>In the form of the state register.</summary>
    public string EdrJson => $$$"""
        {"zip":"{{{Place.Zip}}}","country":"Україна","address":"{{{Place.Settlement}}}, {{{Street}}}, будинок {{{Building}}}","parts":{"atu":"{{{Place.Settlement}}}","atu_code":null,"street":"{{{Street}}}","house_type":"будинок","house":"{{{Building}}}","building_type":null,"building":null,"num_type":null,"num":null}}
        """;
}
