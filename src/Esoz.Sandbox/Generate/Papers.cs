namespace Esoz.Sandbox.Generate;

/// <summary>Diplomas and certificates of a person, as the JSON objects Education, Qualification and Speciality (pis-bulk §4).</summary>
internal static class Papers
{
    private static readonly (string City, string Name)[] Universities =
    [
        ("Київ", "НМУ ім. О. О. Богомольця"), ("Львів", "ЛНМУ ім. Данила Галицького"), ("Харків", "ХНМУ"), ("Одеса", "ОНМедУ"),
        ("Вінниця", "ВНМУ ім. М. І. Пирогова"), ("Тернопіль", "ТНМУ ім. І. Я. Горбачевського"), ("Івано-Франківськ", "ІФНМУ"),
        ("Дніпро", "ДДМУ"), ("Запоріжжя", "ЗДМФУ"), ("Полтава", "ПДМУ"), ("Чернівці", "БДМУ"), ("Ужгород", "УжНУ"),
    ];

    private static readonly string[] Academies = ["НУОЗ України ім. П. Л. Шупика", "ХМАПО", "ЛНМУ, ФПДО", "ДДМУ, ФПО"];
    private static readonly string[] Levels = ["BASIC", "SECOND", "FIRST", "HIGHEST"];
    private static readonly string[] Courses = ["INTERNSHIP", "SPECIALIZATION", "TOPIC_IMPROVEMENT"];

    public static string Education(Speciality speciality, int graduationYear, ref Dice dice)
    {
        var (city, name) = Universities[dice.Next(Universities.Length)];
        var degree = speciality.IsOfAssistant ? "JUNIOR_EXPERT" : "EXPERT";
        return $$"""{"country":"UA","city":"{{city}}","institution_name":"{{name}}","issued_date":"{{graduationYear}}-06-{{10 + dice.Next(20)}}","diploma_number":"КВ {{dice.Next(100_000_000):D8}}","degree":"{{degree}}","speciality":"{{speciality.Education}}"}""";
    }

    public static string Qualification(Speciality speciality, int graduationYear, ref Dice dice) =>
        $$"""{"type":"{{dice.Pick(Courses)}}","institution_name":"{{dice.Pick(Academies)}}","speciality":"{{speciality.Code}}","issued_date":"{{graduationYear + 2}}-0{{1 + dice.Next(9)}}-15","certificate_number":"{{dice.Next(1_000_000):D6}}"}""";

    public static string Certificate(Speciality speciality, int graduationYear, ref Dice dice)
    {
        var year = graduationYear + 2 + dice.Next(8);
        return $$"""{"speciality":"{{speciality.Code}}","speciality_officio":true,"level":"{{dice.Pick(Levels)}}","qualification_type":"AWARDING","attestation_name":"{{dice.Pick(Academies)}}","attestation_date":"{{year}}-0{{1 + dice.Next(9)}}-20","valid_to_date":"{{year + 20}}-12-31","certificate_number":"{{dice.Next(100_000):D5}}"}""";
    }
}
