-- First values: client types with their scopes (platform.md §3), parameters (data-model.md §8) and dictionaries.
-- Ids are made from names, so every installation has the same ones (version 3 form of RFC 9562 over md5).

create function pg_temp.seed_id(name text) returns uuid language sql immutable as $$
  select overlay(overlay(md5(name) placing '3' from 13) placing '8' from 17)::uuid
$$;

-- A PIS reads the bulk export; the NHS keeps private contracts and reads the registry; providers keep their own records;
-- a MIS acts for providers, so its scope is the widest of theirs. Composition scopes go to the types that may be custodians.
insert into client_types (id, name, scope)
select pg_temp.seed_id('client_type:' || name), name, trim(regexp_replace(scope, '\s+', ' ', 'g'))
from (values
  ('MIS', '
    employee_role:read employee_role:write
    healthcare_service:read healthcare_service:write
    division:read division:details division:write division:activate division:deactivate
    employee:read employee:details employee:deactivate
    legal_entity:read legal_entity:deactivate
    composition:create composition:sign composition:cancel composition:read composition:search'),
  ('PIS', '
    party_bulk:read_pis employee_bulk:read_pis division_bulk:read_pis legal_entity_bulk:read_pis
    employee_role_bulk:read_pis healthcare_service_bulk:read_pis contract_division_bulk:read_pis declaration_bulk:read_pis'),
  ('TRUSTED_PIS', '
    party_bulk:read_pis employee_bulk:read_pis division_bulk:read_pis legal_entity_bulk:read_pis
    employee_role_bulk:read_pis healthcare_service_bulk:read_pis contract_division_bulk:read_pis declaration_bulk:read_pis'),
  ('NHS', '
    private_contracts:read private_contracts:write
    legal_entity:read legal_entity:deactivate
    employee:read employee:details division:read division:details
    healthcare_service:read employee_role:read'),
  ('MSP', '
    employee_role:read employee_role:write
    healthcare_service:read healthcare_service:write
    division:read division:details division:write division:activate division:deactivate
    employee:read employee:details employee:deactivate
    legal_entity:read legal_entity:deactivate
    composition:create composition:sign composition:cancel composition:read composition:search'),
  ('PRIMARY_CARE', '
    employee_role:read employee_role:write
    healthcare_service:read healthcare_service:write
    division:read division:details division:write division:activate division:deactivate
    employee:read employee:details employee:deactivate
    legal_entity:read legal_entity:deactivate
    composition:create composition:sign composition:cancel composition:read composition:search'),
  ('OUTPATIENT', '
    employee_role:read employee_role:write
    healthcare_service:read healthcare_service:write
    division:read division:details division:write division:activate division:deactivate
    employee:read employee:details employee:deactivate
    legal_entity:read legal_entity:deactivate
    composition:create composition:sign composition:cancel composition:read composition:search'),
  ('EMERGENCY', '
    employee_role:read employee_role:write
    healthcare_service:read healthcare_service:write
    division:read division:details division:write division:activate division:deactivate
    employee:read employee:details employee:deactivate
    legal_entity:read legal_entity:deactivate
    composition:read composition:search'),
  ('PHARMACY', '
    employee_role:read employee_role:write
    healthcare_service:read healthcare_service:write
    division:read division:details division:write division:activate division:deactivate
    employee:read employee:details employee:deactivate
    legal_entity:read legal_entity:deactivate'),
  ('MSP_LIMITED', '
    employee_role:read healthcare_service:read
    division:read division:details
    employee:read employee:details
    legal_entity:read
    composition:read composition:search')
) as types (name, scope);

insert into global_parameters (id, parameter, value, inserted_by)
select pg_temp.seed_id('global_parameter:' || parameter), parameter, value, '4261eacf-8008-4e62-899f-de1e2f7065f0'
from (values
  ('therapist_declaration_limit', '2000'),
  ('pediatrician_declaration_limit', '900'),
  ('family_doctor_declaration_limit', '1800')
) as parameters (parameter, value);

-- Codes that the pages name, and for the open-ended dictionaries (POSITION, SPECIALITY_TYPE, DOCUMENT_TYPE and the like) a
-- working set; the import tool loads the full ones.
insert into dictionaries (id, name, description, is_active, inserted_by)
select pg_temp.seed_id('dictionary:' || name), name, description, true, '4261eacf-8008-4e62-899f-de1e2f7065f0'
from (values
  ('COMPOSITION_TYPES', 'Типи медичних висновків'),
  ('COMPOSITION_CATEGORIES', 'Категорії медичних висновків'),
  ('COMPOSITION_EVENTS', 'Події медичних висновків'),
  ('COMPOSITION_STATUS', 'Статуси медичних висновків'),
  ('COMPOSITION_RELATION_CODE', 'Зв’язки між медичними висновками'),
  ('COMPOSITION_CANCELLATION_REASONS_TEMP_DISABILITY', 'Причини скасування висновку про тимчасову непрацездатність'),
  ('COMPOSITION_CANCELLATION_REASONS_NEWBORN', 'Причини скасування висновку про народження'),
  ('COMPOSITION_TREATMENT_VIOLATION', 'Порушення режиму лікування'),
  ('eHealth/resources', 'Види записів'),
  ('HEALTHCARE_SERVICE_CATEGORIES', 'Категорії послуг закладу'),
  ('HEALTHCARE_SERVICE_PHARMACY_DRUGS_TYPES', 'Типи обігу лікарських засобів'),
  ('SPECIALITY_TYPE', 'Спеціальності'),
  ('SPECIALITY_LEVEL', 'Категорії спеціалістів'),
  ('SPEC_QUALIFICATION_TYPE', 'Способи набуття категорії'),
  ('QUALIFICATION_TYPE', 'Типи кваліфікації'),
  ('EDUCATION_DEGREE', 'Ступені освіти'),
  ('SCIENCE_DEGREE', 'Наукові ступені'),
  ('PROVIDING_CONDITION', 'Умови надання послуг'),
  ('EMPLOYEE_TYPE', 'Типи працівників'),
  ('EMPLOYEE_STATUS', 'Статуси працівників'),
  ('POSITION', 'Посади'),
  ('DIVISION_TYPE', 'Типи місць надання послуг'),
  ('DIVISION_STATUS', 'Статуси місць надання послуг'),
  ('LICENSE_TYPE', 'Типи ліцензій'),
  ('ACCREDITATION_CATEGORY', 'Категорії акредитації'),
  ('OWNER_PROPERTY_TYPE', 'Форми власності'),
  ('LEGAL_FORM', 'Організаційно-правові форми'),
  ('LEGAL_ENTITY_TYPE', 'Типи юридичних осіб'),
  ('LEGAL_ENTITY_STATUS', 'Статуси юридичних осіб'),
  ('CONTRACT_TYPE', 'Типи договорів'),
  ('CONTRACT_STATUS', 'Статуси договорів'),
  ('CONTRACT_PAYMENT_METHOD', 'Способи оплати за договором'),
  ('GENDER', 'Стать'),
  ('DOCUMENT_TYPE', 'Документи, що посвідчують особу'),
  ('PHONE_TYPE', 'Типи телефонів'),
  ('ADDRESS_TYPE', 'Типи адрес'),
  ('SETTLEMENT_TYPE', 'Типи населених пунктів'),
  ('STREET_TYPE', 'Типи вулиць'),
  ('COUNTRY', 'Країни'),
  ('AUTHENTICATION_METHOD', 'Методи автентифікації пацієнта')
) as names (name, description);

insert into dictionary_values (id, dictionary_id, code, description, inserted_by)
select pg_temp.seed_id('dictionary:' || dictionary || ':' || code), pg_temp.seed_id('dictionary:' || dictionary), code, description,
       '4261eacf-8008-4e62-899f-de1e2f7065f0'
from (values
  ('COMPOSITION_TYPES', 'TEMP_DISABILITY', 'Тимчасова непрацездатність'),
  ('COMPOSITION_TYPES', 'NEWBORN', 'Народження'),

  ('COMPOSITION_CATEGORIES', 'LIVE_BIRTH', 'Живонародження'),
  ('COMPOSITION_CATEGORIES', 'SICKNESS', 'Захворювання або травма загального характеру'),
  ('COMPOSITION_CATEGORIES', 'CHILD_CARE', 'Догляд за хворою дитиною'),
  ('COMPOSITION_CATEGORIES', 'FAMILY_CARE', 'Догляд за хворим членом сім’ї'),
  ('COMPOSITION_CATEGORIES', 'PARENTAL_CARE', 'Догляд за дитиною в разі хвороби того, хто її доглядає'),
  ('COMPOSITION_CATEGORIES', 'PREGNANCY', 'Вагітність та пологи'),
  ('COMPOSITION_CATEGORIES', 'QUARANTINE', 'Карантин'),
  ('COMPOSITION_CATEGORIES', 'COVID19', 'Самоізоляція або обсервація у зв’язку з COVID-19'),
  ('COMPOSITION_CATEGORIES', 'TEMP_TRANSFER', 'Тимчасове переведення на легшу роботу'),
  ('COMPOSITION_CATEGORIES', 'PROSTHETIC', 'Ортопедичне протезування'),
  ('COMPOSITION_CATEGORIES', 'RESTORATION', 'Лікування в санаторно-курортному закладі'),

  ('COMPOSITION_EVENTS', 'COMPOSITION_VALIDITY_PERIOD', 'Період дії висновку'),

  ('COMPOSITION_STATUS', 'PRELIMINARY', 'Чернетка'),
  ('COMPOSITION_STATUS', 'FINAL', 'Підписаний'),
  ('COMPOSITION_STATUS', 'AMENDED', 'Уточнений'),
  ('COMPOSITION_STATUS', 'ENTERED_IN_ERROR', 'Внесений помилково'),

  ('COMPOSITION_RELATION_CODE', 'absent', 'Немає'),
  ('COMPOSITION_RELATION_CODE', 'appends', 'Продовжує'),
  ('COMPOSITION_RELATION_CODE', 'replaces', 'Замінює'),
  ('COMPOSITION_RELATION_CODE', 'transforms', 'Скорочує'),

  ('COMPOSITION_CANCELLATION_REASONS_TEMP_DISABILITY', 'INCORRECT_CATEGORY', 'Хибна категорія'),
  ('COMPOSITION_CANCELLATION_REASONS_TEMP_DISABILITY', 'INCORRECT_DISABILITY_PERIOD', 'Хибний період непрацездатності'),
  ('COMPOSITION_CANCELLATION_REASONS_TEMP_DISABILITY', 'INCORRECT_INOXICATION', 'Хибна позначка про сп’яніння'),
  ('COMPOSITION_CANCELLATION_REASONS_TEMP_DISABILITY', 'INCORRECT_OTHER', 'Інша помилка'),
  ('COMPOSITION_CANCELLATION_REASONS_TEMP_DISABILITY', 'INCORRECT_PATIENT', 'Хибний пацієнт'),
  ('COMPOSITION_CANCELLATION_REASONS_TEMP_DISABILITY', 'INCORRECT_TRITMENT_VIOLATION', 'Хибна позначка про порушення режиму'),

  ('COMPOSITION_CANCELLATION_REASONS_NEWBORN', 'INCORRECT_PATIENT', 'Хибний пацієнт'),
  ('COMPOSITION_CANCELLATION_REASONS_NEWBORN', 'TYPO', 'Описка'),

  ('COMPOSITION_TREATMENT_VIOLATION', 'reject_recommendation', 'Недотримання рекомендацій'),
  ('COMPOSITION_TREATMENT_VIOLATION', 'hospital_leave', 'Самовільне залишення закладу'),

  ('eHealth/resources', 'person', 'Особа'),
  ('eHealth/resources', 'preperson', 'Неідентифікована особа'),
  ('eHealth/resources', 'encounter', 'Взаємодія'),
  ('eHealth/resources', 'episode', 'Епізод'),
  ('eHealth/resources', 'condition', 'Стан або діагноз'),
  ('eHealth/resources', 'composition', 'Медичний висновок'),
  ('eHealth/resources', 'employee', 'Працівник'),
  ('eHealth/resources', 'employee_role', 'Роль працівника'),
  ('eHealth/resources', 'legal_entity', 'Юридична особа'),
  ('eHealth/resources', 'division', 'Місце надання послуг'),
  ('eHealth/resources', 'healthcare_service', 'Послуга закладу'),

  ('HEALTHCARE_SERVICE_CATEGORIES', 'MSP', 'Медичні послуги'),
  ('HEALTHCARE_SERVICE_CATEGORIES', 'PHARMACY', 'Реалізація лікарських засобів'),
  ('HEALTHCARE_SERVICE_CATEGORIES', 'PHARMACY_DRUGS', 'Лікарські засоби за окремою ліцензією'),

  ('HEALTHCARE_SERVICE_PHARMACY_DRUGS_TYPES', 'NARCOTIC', 'Наркотичні лікарські засоби'),
  ('HEALTHCARE_SERVICE_PHARMACY_DRUGS_TYPES', 'PSYCHOTROPIC', 'Психотропні речовини'),
  ('HEALTHCARE_SERVICE_PHARMACY_DRUGS_TYPES', 'PRECURSOR', 'Прекурсори'),

  ('SPECIALITY_TYPE', 'FAMILY_DOCTOR', 'Загальна практика — сімейна медицина'),
  ('SPECIALITY_TYPE', 'THERAPIST', 'Терапія'),
  ('SPECIALITY_TYPE', 'PEDIATRICIAN', 'Педіатрія'),
  ('SPECIALITY_TYPE', 'ANESTHESIOLOGY', 'Анестезіологія'),
  ('SPECIALITY_TYPE', 'CARDIOLOGY', 'Кардіологія'),
  ('SPECIALITY_TYPE', 'DERMATOVENEROLOGY', 'Дерматовенерологія'),
  ('SPECIALITY_TYPE', 'EMERGENCY_MEDICINE', 'Медицина невідкладних станів'),
  ('SPECIALITY_TYPE', 'ENDOCRINOLOGY', 'Ендокринологія'),
  ('SPECIALITY_TYPE', 'GASTROENTEROLOGY', 'Гастроентерологія'),
  ('SPECIALITY_TYPE', 'INFECTIOUS_DISEASES', 'Інфекційні хвороби'),
  ('SPECIALITY_TYPE', 'NEONATOLOGY', 'Неонатологія'),
  ('SPECIALITY_TYPE', 'NEUROLOGY', 'Неврологія'),
  ('SPECIALITY_TYPE', 'OBSTETRICS_AND_GYNECOLOGY', 'Акушерство і гінекологія'),
  ('SPECIALITY_TYPE', 'ONCOLOGY', 'Онкологія'),
  ('SPECIALITY_TYPE', 'OPHTHALMOLOGY', 'Офтальмологія'),
  ('SPECIALITY_TYPE', 'OTOLARYNGOLOGY', 'Отоларингологія'),
  ('SPECIALITY_TYPE', 'PSYCHIATRY', 'Психіатрія'),
  ('SPECIALITY_TYPE', 'PULMONOLOGY', 'Пульмонологія'),
  ('SPECIALITY_TYPE', 'RADIOLOGY', 'Радіологія'),
  ('SPECIALITY_TYPE', 'STOMATOLOGY', 'Стоматологія'),
  ('SPECIALITY_TYPE', 'SURGERY', 'Хірургія'),
  ('SPECIALITY_TYPE', 'TRAUMATOLOGY', 'Ортопедія і травматологія'),
  ('SPECIALITY_TYPE', 'UROLOGY', 'Урологія'),
  ('SPECIALITY_TYPE', 'NURSING', 'Сестринська справа'),
  ('SPECIALITY_TYPE', 'PARAMEDIC', 'Лікувальна справа'),
  ('SPECIALITY_TYPE', 'LABORATORY', 'Лабораторна справа'),
  ('SPECIALITY_TYPE', 'PHARMACIST', 'Фармація'),
  ('SPECIALITY_TYPE', 'PROVISOR', 'Загальна фармація'),

  ('SPECIALITY_LEVEL', 'BASIC', 'Базова'),
  ('SPECIALITY_LEVEL', 'SECOND', 'Друга категорія'),
  ('SPECIALITY_LEVEL', 'FIRST', 'Перша категорія'),
  ('SPECIALITY_LEVEL', 'HIGHEST', 'Вища категорія'),

  ('SPEC_QUALIFICATION_TYPE', 'AWARDING', 'Присвоєння'),
  ('SPEC_QUALIFICATION_TYPE', 'DEFENSE', 'Підтвердження'),

  ('QUALIFICATION_TYPE', 'INTERNSHIP', 'Інтернатура'),
  ('QUALIFICATION_TYPE', 'SPECIALIZATION', 'Спеціалізація'),
  ('QUALIFICATION_TYPE', 'TOPIC_IMPROVEMENT', 'Тематичне удосконалення'),
  ('QUALIFICATION_TYPE', 'INFORMATION_COURSES', 'Інформаційні курси'),
  ('QUALIFICATION_TYPE', 'CLINICAL_RESIDENCY', 'Клінічна ординатура'),
  ('QUALIFICATION_TYPE', 'STAZHUVANNYA', 'Стажування'),

  ('EDUCATION_DEGREE', 'JUNIOR_EXPERT', 'Молодший спеціаліст'),
  ('EDUCATION_DEGREE', 'BACHELOR', 'Бакалавр'),
  ('EDUCATION_DEGREE', 'EXPERT', 'Спеціаліст'),
  ('EDUCATION_DEGREE', 'MASTER', 'Магістр'),

  ('SCIENCE_DEGREE', 'CANDIDATE_OF_SCIENCE', 'Кандидат наук'),
  ('SCIENCE_DEGREE', 'PHD', 'Доктор філософії'),
  ('SCIENCE_DEGREE', 'DOCTOR_OF_SCIENCE', 'Доктор наук'),

  ('PROVIDING_CONDITION', 'INPATIENT', 'Стаціонарні'),
  ('PROVIDING_CONDITION', 'OUTPATIENT', 'Амбулаторні'),
  ('PROVIDING_CONDITION', 'FIELD', 'За місцем перебування пацієнта'),

  ('EMPLOYEE_TYPE', 'OWNER', 'Керівник закладу'),
  ('EMPLOYEE_TYPE', 'PHARMACY_OWNER', 'Керівник аптечного закладу'),
  ('EMPLOYEE_TYPE', 'HR', 'Працівник відділу кадрів'),
  ('EMPLOYEE_TYPE', 'ADMIN', 'Адміністратор'),
  ('EMPLOYEE_TYPE', 'DOCTOR', 'Лікар'),
  ('EMPLOYEE_TYPE', 'SPECIALIST', 'Спеціаліст'),
  ('EMPLOYEE_TYPE', 'ASSISTANT', 'Молодший медичний працівник'),
  ('EMPLOYEE_TYPE', 'PHARMACIST', 'Фармацевт'),
  ('EMPLOYEE_TYPE', 'RECEPTIONIST', 'Реєстратор'),
  ('EMPLOYEE_TYPE', 'LABORANT', 'Лаборант'),
  ('EMPLOYEE_TYPE', 'MED_ADMIN', 'Медичний адміністратор'),
  ('EMPLOYEE_TYPE', 'MED_COORDINATOR', 'Медичний координатор'),
  ('EMPLOYEE_TYPE', 'NHS', 'Працівник НСЗУ'),
  ('EMPLOYEE_TYPE', 'NHS_SIGNER', 'Підписант НСЗУ'),

  ('EMPLOYEE_STATUS', 'APPROVED', 'Підтверджений'),
  ('EMPLOYEE_STATUS', 'STOPPED', 'Звільнений'),
  ('EMPLOYEE_STATUS', 'ENTERED IN ERROR', 'Внесений помилково'),
  ('EMPLOYEE_STATUS', 'REORGANIZED', 'Реорганізований'),
  ('EMPLOYEE_STATUS', 'AUTODEACTIVATED', 'Деактивований автоматично'),

  ('POSITION', 'P1', 'Головний лікар'),
  ('POSITION', 'P2', 'Директор'),
  ('POSITION', 'P3', 'Завідувач амбулаторії'),
  ('POSITION', 'P4', 'Завідувач відділення'),
  ('POSITION', 'P5', 'Заступник директора з медичної частини'),
  ('POSITION', 'P6', 'Лікар загальної практики — сімейний лікар'),
  ('POSITION', 'P7', 'Лікар-терапевт дільничний'),
  ('POSITION', 'P8', 'Лікар-педіатр дільничний'),
  ('POSITION', 'P9', 'Лікар-хірург'),
  ('POSITION', 'P10', 'Лікар-кардіолог'),
  ('POSITION', 'P11', 'Лікар-невропатолог'),
  ('POSITION', 'P12', 'Лікар-акушер-гінеколог'),
  ('POSITION', 'P13', 'Лікар-анестезіолог'),
  ('POSITION', 'P14', 'Лікар з медицини невідкладних станів'),
  ('POSITION', 'P15', 'Сестра медична'),
  ('POSITION', 'P16', 'Фельдшер'),
  ('POSITION', 'P17', 'Лаборант'),
  ('POSITION', 'P18', 'Реєстратор медичний'),
  ('POSITION', 'P19', 'Провізор'),
  ('POSITION', 'P20', 'Фармацевт'),
  ('POSITION', 'P21', 'Завідувач аптеки'),
  ('POSITION', 'P22', 'Інспектор з кадрів'),
  ('POSITION', 'P23', 'Оператор комп’ютерного набору'),
  ('POSITION', 'P24', 'Начальник управління'),

  ('DIVISION_TYPE', 'CLINIC', 'Філія або інший відокремлений підрозділ'),
  ('DIVISION_TYPE', 'AMBULANT_CLINIC', 'Амбулаторія'),
  ('DIVISION_TYPE', 'FAP', 'Фельдшерсько-акушерський пункт'),
  ('DIVISION_TYPE', 'DRUGSTORE', 'Аптека'),
  ('DIVISION_TYPE', 'DRUGSTORE_POINT', 'Аптечний пункт'),
  ('DIVISION_TYPE', 'LICENSED_UNIT', 'Відокремлений підрозділ за ліцензією'),

  ('DIVISION_STATUS', 'ACTIVE', 'Діє'),
  ('DIVISION_STATUS', 'INACTIVE', 'Не діє'),

  ('LICENSE_TYPE', 'MSP', 'Медична практика'),
  ('LICENSE_TYPE', 'PHARMACY', 'Роздрібна торгівля лікарськими засобами'),
  ('LICENSE_TYPE', 'PHARMACY_DRUGS', 'Обіг наркотичних засобів, психотропних речовин і прекурсорів'),

  ('ACCREDITATION_CATEGORY', 'SECOND', 'Друга'),
  ('ACCREDITATION_CATEGORY', 'FIRST', 'Перша'),
  ('ACCREDITATION_CATEGORY', 'HIGHEST', 'Вища'),
  ('ACCREDITATION_CATEGORY', 'NO_ACCREDITATION', 'Без акредитації'),

  ('OWNER_PROPERTY_TYPE', 'STATE', 'Державна'),
  ('OWNER_PROPERTY_TYPE', 'COMMUNAL', 'Комунальна'),
  ('OWNER_PROPERTY_TYPE', 'PRIVATE', 'Приватна'),

  ('LEGAL_FORM', '110', 'Фермерське господарство'),
  ('LEGAL_FORM', '120', 'Приватне підприємство'),
  ('LEGAL_FORM', '130', 'Колективне підприємство'),
  ('LEGAL_FORM', '140', 'Державне підприємство'),
  ('LEGAL_FORM', '145', 'Казенне підприємство'),
  ('LEGAL_FORM', '150', 'Комунальне підприємство'),
  ('LEGAL_FORM', '160', 'Дочірнє підприємство'),
  ('LEGAL_FORM', '230', 'Акціонерне товариство'),
  ('LEGAL_FORM', '240', 'Товариство з обмеженою відповідальністю'),
  ('LEGAL_FORM', '250', 'Товариство з додатковою відповідальністю'),
  ('LEGAL_FORM', '425', 'Державна організація (установа, заклад)'),
  ('LEGAL_FORM', '430', 'Комунальна організація (установа, заклад)'),
  ('LEGAL_FORM', '435', 'Приватна організація (установа, заклад)'),
  ('LEGAL_FORM', '910', 'Фізична особа — підприємець'),

  ('LEGAL_ENTITY_TYPE', 'MSP', 'Надавач медичних послуг'),
  ('LEGAL_ENTITY_TYPE', 'PHARMACY', 'Аптека'),
  ('LEGAL_ENTITY_TYPE', 'MSP_PHARMACY', 'Надавач медичних послуг з аптекою'),
  ('LEGAL_ENTITY_TYPE', 'PRIMARY_CARE', 'Первинна медична допомога'),
  ('LEGAL_ENTITY_TYPE', 'OUTPATIENT', 'Спеціалізована медична допомога'),
  ('LEGAL_ENTITY_TYPE', 'EMERGENCY', 'Екстрена медична допомога'),
  ('LEGAL_ENTITY_TYPE', 'NHS', 'Національна служба здоров’я'),
  ('LEGAL_ENTITY_TYPE', 'MIS', 'Оператор медичної інформаційної системи'),
  ('LEGAL_ENTITY_TYPE', 'MSP_LIMITED', 'Надавач з обмеженим доступом'),

  ('LEGAL_ENTITY_STATUS', 'ACTIVE', 'Діє'),
  ('LEGAL_ENTITY_STATUS', 'SUSPENDED', 'Призупинено'),
  ('LEGAL_ENTITY_STATUS', 'CLOSED', 'Закрито'),
  ('LEGAL_ENTITY_STATUS', 'REORGANIZED', 'Реорганізовано'),

  ('CONTRACT_TYPE', 'CAPITATION', 'Капітація'),
  ('CONTRACT_TYPE', 'REIMBURSEMENT', 'Реімбурсація'),
  ('CONTRACT_TYPE', 'GB_CBP', 'Глобальний бюджет і пролікований випадок'),

  ('CONTRACT_STATUS', 'VERIFIED', 'Чинний'),
  ('CONTRACT_STATUS', 'TERMINATED', 'Припинений'),

  ('CONTRACT_PAYMENT_METHOD', 'FORWARD', 'Попередня оплата'),
  ('CONTRACT_PAYMENT_METHOD', 'BACKWARD', 'Оплата за фактом'),

  ('GENDER', 'MALE', 'Чоловіча'),
  ('GENDER', 'FEMALE', 'Жіноча'),

  ('DOCUMENT_TYPE', 'PASSPORT', 'Паспорт'),
  ('DOCUMENT_TYPE', 'NATIONAL_ID', 'Паспорт у формі картки'),
  ('DOCUMENT_TYPE', 'PERMANENT_RESIDENCE_PERMIT', 'Посвідка на постійне проживання'),
  ('DOCUMENT_TYPE', 'REFUGEE_CERTIFICATE', 'Посвідчення біженця'),
  ('DOCUMENT_TYPE', 'TEMPORARY_CERTIFICATE', 'Посвідка на тимчасове проживання'),
  ('DOCUMENT_TYPE', 'COMPLEMENTARY_PROTECTION_CERTIFICATE', 'Посвідчення особи, що потребує додаткового захисту'),

  ('PHONE_TYPE', 'MOBILE', 'Мобільний'),
  ('PHONE_TYPE', 'LAND_LINE', 'Стаціонарний'),

  ('ADDRESS_TYPE', 'REGISTRATION', 'Адреса реєстрації'),
  ('ADDRESS_TYPE', 'RESIDENCE', 'Адреса місця надання послуг'),

  ('SETTLEMENT_TYPE', 'CITY', 'Місто'),
  ('SETTLEMENT_TYPE', 'TOWNSHIP', 'Селище міського типу'),
  ('SETTLEMENT_TYPE', 'SETTLEMENT', 'Селище'),
  ('SETTLEMENT_TYPE', 'VILLAGE', 'Село'),

  ('STREET_TYPE', 'STREET', 'Вулиця'),
  ('STREET_TYPE', 'AVENUE', 'Проспект'),
  ('STREET_TYPE', 'BOULEVARD', 'Бульвар'),
  ('STREET_TYPE', 'LANE', 'Провулок'),
  ('STREET_TYPE', 'SQUARE', 'Площа'),
  ('STREET_TYPE', 'HIGHWAY', 'Шосе'),
  ('STREET_TYPE', 'ROAD', 'Дорога'),
  ('STREET_TYPE', 'PASSAGE', 'Проїзд'),
  ('STREET_TYPE', 'TRACT', 'Тракт'),
  ('STREET_TYPE', 'EMBANKMENT', 'Набережна'),
  ('STREET_TYPE', 'ENTRANCE', 'В’їзд'),
  ('STREET_TYPE', 'ASCENT', 'Узвіз'),
  ('STREET_TYPE', 'MAIDAN', 'Майдан'),
  ('STREET_TYPE', 'MICRODISTRICT', 'Мікрорайон'),
  ('STREET_TYPE', 'BLOCK', 'Квартал'),
  ('STREET_TYPE', 'SELECTION', 'Виселок'),

  ('COUNTRY', 'UA', 'Україна'),

  ('AUTHENTICATION_METHOD', 'OTP', 'Код у повідомленні'),
  ('AUTHENTICATION_METHOD', 'OFFLINE', 'Документи'),
  ('AUTHENTICATION_METHOD', 'THIRD_PERSON', 'Через третю особу')
) as codes (dictionary, code, description);

drop function pg_temp.seed_id(text);
